package manage

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// maxZoneText is how long a zone file may be, in octets; zone.ParseText takes no more.
const maxZoneText = 64 << 20

// getZoneText gives a zone file of what is served.
func (a *API) getZoneText(w http.ResponseWriter, r *http.Request) {
	z, c, err := a.onZone(r)
	if err != nil {
		a.Fail(w, r, err)
		return
	}
	text, err := command.Do(r.Context(), a.Commands, c, command.ExportZone{Origin: string(z.Origin)})
	if err != nil {
		a.Fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = io.WriteString(w, text) // a client that went away needs no answer
}

// changed is what an import came to, or would come to.
type changed struct {
	Zone    zoneHead `json:"zone"`    // after it
	Was     uint32   `json:"was"`     // serial before it
	Equal   bool     `json:"equal"`   // nothing differs
	Lines   []string `json:"lines"`   // "-" or "+" and a line of a zone file: settings first, then records
	Removed int      `json:"removed"` // records
	Added   int      `json:"added"`
}

// putZoneText replaces a zone by the zone file in the body: ?serial=N holds that it has that serial still; with ?account=NAME the zone
// is made for that account where none is served.
func (a *API) putZoneText(r *http.Request) (any, error) { return a.importText(r, false) }

// postZoneDiff tells what putZoneText would change, and changes nothing.
func (a *API) postZoneDiff(r *http.Request) (any, error) { return a.importText(r, true) }

func (a *API) importText(r *http.Request, dry bool) (any, error) {
	was, c, err := a.onZone(r)
	word := r.URL.Query().Get("account")
	fresh := errs.Is(err, errs.NotFound) && word != ""
	if err != nil && !fresh {
		return nil, err
	}
	text, err := zoneText(r)
	if err != nil {
		return nil, err
	}
	if fresh {
		return a.createFrom(r, word, text, dry)
	}
	if word != "" && word != c.Account.Name && word != strconv.FormatInt(int64(c.Account.ID), 10) {
		return nil, errs.F(errs.NotOwned, "account", "%s is served for the account %s", was.Origin, c.Account.Name)
	}
	cmd := command.ImportZone{Origin: string(was.Origin), Text: text}
	if s := r.URL.Query().Get("serial"); s != "" {
		n, err := strconv.ParseUint(s, 10, 32)
		if err != nil {
			return nil, errs.F(errs.Invalid, "serial", "serial must be a number")
		}
		serial := uint32(n)
		cmd.Serial = &serial
	}
	c.DryRun, c.Command = dry, "operator import"
	got, err := command.Do(r.Context(), a.Commands, c, cmd)
	if err != nil {
		return nil, located(err, text, was.Origin)
	}
	return changedZone(was, got.Zone, got.Change, c.Account), nil
}

// createFrom makes a zone of a text.
func (a *API) createFrom(r *http.Request, word, text string, dry bool) (any, error) {
	accs, err := a.accountsOf(r.Context(), word)
	if err != nil {
		return nil, err
	}
	c := actAs(accs[0])
	c.DryRun, c.Command = dry, "operator import"
	origin, err := dname.Parse(r.PathValue("zone"))
	if err != nil { // onZone has read it already
		return nil, err
	}
	got, err := command.Do(r.Context(), a.Commands, c, command.CreateZone{Origin: string(origin), Text: text})
	if err != nil {
		return nil, located(err, text, origin)
	}
	return changedZone(zone.Zone{}, got.Zone, zone.Change{Add: got.Records}, c.Account), nil
}

func changedZone(was, is zone.Zone, change zone.Change, owner account.Account) changed {
	c := changeOf(change)
	out := changed{Zone: headOf(is, owner), Was: was.Serial, Removed: len(c.Remove), Added: len(c.Add), Lines: []string{}}
	setting := func(is, was string, old bool) {
		if is == was {
			return
		}
		if old {
			out.Lines = append(out.Lines, "-"+was)
		}
		out.Lines = append(out.Lines, "+"+is)
	}
	setting(fmt.Sprintf("$TTL %d", is.TTL), fmt.Sprintf("$TTL %d", was.TTL), was.ID != 0)
	if is.SOA != was.SOA { // a serial alone is no difference
		setting(soaLine(is), soaLine(was), was.ID != 0)
	}
	out.Lines = append(out.Lines, c.Lines...)
	out.Equal = len(out.Lines) == 0
	return out
}

func soaLine(z zone.Zone) string {
	return record{Name: zone.Apex, TTL: z.SOA.TTL, Type: "SOA", Data: z.SOA.Data(z.Serial)}.line()
}

// zoneText reads a request's zone file.
func zoneText(r *http.Request) (string, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxZoneText+1))
	switch {
	case err != nil:
		return "", errs.E(errs.Invalid, "the request broke off")
	case len(body) > maxZoneText:
		return "", errs.F(errs.Invalid, "text", "the zone file is longer than %d octets", maxZoneText)
	case strings.TrimSpace(string(body)) == "":
		return "", errs.F(errs.Missing, "text", "the zone file is empty: at least an SOA record or a comment is expected")
	case !utf8.Valid(body):
		return "", errs.F(errs.Invalid, "text", "line %d: what is not ASCII must be UTF-8", badLine(body))
	}
	return string(body), nil
}

// badLine is the first line that is no UTF-8.
func badLine(body []byte) int {
	for n, l := range strings.Split(string(body), "\n") {
		if !utf8.ValidString(l) {
			return n + 1
		}
	}
	return 1
}

// located tells the line of the zone file for a record that the rules of zones refuse.
func located(err error, text string, origin dname.Name) error {
	var e *errs.Error
	if !errors.As(err, &e) {
		return err
	}
	inner, ok := strings.CutPrefix(e.Field, "records[")
	number, _, closed := strings.Cut(inner, "]")
	i, bad := strconv.Atoi(number)
	if !ok || !closed || bad != nil {
		return err
	}
	p, bad := zone.ParseText(text, origin, 0, maxRecords)
	if bad != nil || i >= len(p.Records) {
		return err
	}
	x := p.Records[i]
	return errs.F(e.Kind, "text", "line %d: %s %s: %s", lineOf(text, origin, i), x.Name, x.Type, e.Text)
}

// maxRecords is more than any zone has.
const maxRecords = 2_000_000

// lineOf is the line on which a text's record begins: where a reader stops that takes only those before it, and one of its own.
func lineOf(text string, origin dname.Name, i int) int {
	_, err := zone.ParseText("@ 1 IN TXT x\n"+text, origin, 0, i+1)
	var at *zone.ParseError
	if !errors.As(err, &at) {
		return 1
	}
	return at.Line - 1
}
