package manage

import (
	"cmp"
	"context"
	"net/http"
	"strconv"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// zoneRoutes are the calls about zones: anybody's, for the operator sees all of them. What they change is changed in the name of
// the account that the zone belongs to, by the commands that the interfaces use.
func (a *API) zoneRoutes() []Route {
	return []Route{
		{"GET /_polyreg/zones", a.answer(a.getZones)},
		{"GET /_polyreg/zones/{zone}", a.answer(a.getZone)},
		{"GET /_polyreg/zones/{zone}/text", a.getZoneText},
		{"PUT /_polyreg/zones/{zone}/text", a.answer(a.putZoneText)},
		{"POST /_polyreg/zones/{zone}/diff", a.answer(a.postZoneDiff)},
		{"GET /_polyreg/zones/{zone}/history", a.answer(a.getZoneHistory)},
		{"POST /_polyreg/zones/{zone}/undo", a.answer(a.postZoneUndo)},
		{"GET /_polyreg/zones/{zone}/keys", a.answer(a.getZoneKeys)},
		{"POST /_polyreg/zones/{zone}/sign", a.answer(a.postZoneSign)},
		{"POST /_polyreg/zones/{zone}/unsign", a.answer(a.postZoneUnsign)},
		{"POST /_polyreg/zones/{zone}/roll", a.answer(a.postZoneRoll)},
		{"POST /_polyreg/zones/{zone}/ds", a.answer(a.postZoneDS)},
	}
}

// zoneHead is a zone without its records.
type zoneHead struct {
	Name        string   `json:"name"`
	Unicode     string   `json:"unicode,omitempty"` // where it differs
	Account     string   `json:"account"`
	Environment string   `json:"environment"`
	Kind        string   `json:"kind"`
	Serial      uint32   `json:"serial"`
	TTL         int      `json:"ttl"`
	Signed      bool     `json:"signed"`
	VirtualNS   string   `json:"virtual_name_server,omitempty"`
	Masters     []string `json:"masters,omitempty"` // of a secondary
	Comment     string   `json:"comment,omitempty"`
	Staged      int      `json:"staged"`  // changes that wait for a commit
	Created     string   `json:"created"` // registrar time
	Updated     string   `json:"updated"`
}

func headOf(z zone.Zone, owner account.Account) zoneHead {
	h := zoneHead{Name: string(z.Origin), Account: owner.Name, Environment: string(z.Environment), Kind: string(z.Kind), Serial: z.Serial, TTL: z.TTL,
		Signed: z.Signing.On, VirtualNS: z.VirtualNS, Comment: z.Comment, Staged: z.Staged, Created: stamp(z.Created), Updated: stamp(z.Updated)}
	if u := z.Origin.Unicode(); u != h.Name {
		h.Unicode = u
	}
	for _, m := range z.Masters {
		h.Masters = append(h.Masters, m.Addr.String())
	}
	return h
}

// getZones lists zones by name: ?account=NAME&after=ZONE&limit=N. The answer says whether there are more.
func (a *API) getZones(r *http.Request) (any, error) {
	ctx := r.Context()
	limit, err := limitOf(r)
	if err != nil {
		return nil, err
	}
	only, err := a.onlyOf(r)
	if err != nil {
		return nil, err
	}
	list, err := a.zones(ctx, only, dname.Name(r.URL.Query().Get("after")), limit+1)
	if err != nil {
		return nil, err
	}
	out, n := []zoneHead{}, a.names()
	for _, z := range list[:min(len(list), limit)] {
		out = append(out, headOf(z, n.of(ctx, z.Account)))
	}
	return map[string]any{"zones": out, "more": len(list) > limit}, nil
}

// zones lists zones after a name: of some accounts, or of all when only is nil.
func (a *API) zones(ctx context.Context, only []account.ID, after dname.Name, limit int) ([]zone.Zone, error) {
	view := a.Store.View()
	if only == nil {
		return view.AllZones(ctx, after, limit)
	}
	q := command.Query{Limit: limit}
	if after != "" {
		q.Where = command.Where("origin", command.Greater, string(after))
	}
	list, _, err := view.ListZones(ctx, only, q)
	return list, err
}

// onZone finds the zone of a request's path, and the caller that its account is.
func (a *API) onZone(r *http.Request) (zone.Zone, command.Caller, error) {
	name, err := dname.Parse(r.PathValue("zone"))
	if err != nil {
		return zone.Zone{}, command.Caller{}, errs.F(errs.InvalidName, "zone", "%q is no zone name", r.PathValue("zone"))
	}
	z, err := a.Store.View().AnyZone(r.Context(), name)
	if errs.Is(err, errs.NotFound) {
		return z, command.Caller{}, errs.F(errs.NotFound, "zone", "there is no zone %s here (polyreg zone list names those that there are)", name)
	}
	if err != nil {
		return z, command.Caller{}, err
	}
	acc, err := a.Store.View().Account(r.Context(), z.Account)
	return z, actAs(acc), err
}

// actAs is the operator in an account's name.
func actAs(acc account.Account) command.Caller {
	return command.Caller{Account: acc, Actor: acc, Access: account.Full, Command: "operator"}
}

// record is one of a zone's.
type record struct {
	ID   int64  `json:"id,omitempty"`
	Name string `json:"name"`
	TTL  int    `json:"ttl"`
	Type string `json:"type"`
	Data string `json:"data"`
}

func recordsOf(rs []zone.Record) []record {
	out := []record{}
	for _, x := range zone.Sorted(rs) {
		out = append(out, record{int64(x.ID), x.Name, x.TTL, string(x.Type), x.Data})
	}
	return out
}

// zoneChange is a change of a zone's records, with its lines as a person reads them.
type zoneChange struct {
	Remove []record `json:"remove"`
	Add    []record `json:"add"`
	Lines  []string `json:"lines"` // "-" or "+" and a line of a zone file
}

func changeOf(c zone.Change) *zoneChange {
	out := &zoneChange{recordsOf(c.Remove), recordsOf(c.Add), []string{}}
	for i, j := 0, 0; i < len(out.Remove) || j < len(out.Add); {
		if j == len(out.Add) || i < len(out.Remove) && !sooner(out.Add[j], out.Remove[i]) {
			out.Lines = append(out.Lines, "-"+out.Remove[i].line())
			i++
			continue
		}
		out.Lines = append(out.Lines, "+"+out.Add[j].line())
		j++
	}
	return out
}

// sooner reports whether a's set stands before b's in a zone file.
func sooner(a, b record) bool {
	if a.Name != b.Name {
		return zone.CompareNames(a.Name, b.Name) < 0
	}
	first := func(x record) int {
		if x.Name == zone.Apex && x.Type == "NS" {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(first(a), first(b)), cmp.Compare(a.Type, b.Type)) < 0
}

// line is a record as in a zone file.
func (x record) line() string {
	return x.Name + "\t" + strconv.Itoa(x.TTL) + "\tIN\t" + x.Type + "\t" + x.Data
}

// forward is a redirect of HTTP or mail.
type forward struct {
	Kind   string `json:"kind"`
	Source string `json:"source"`
	Target string `json:"target"`
	Status int    `json:"status,omitempty"`
	Title  string `json:"title,omitempty"`
}

// getZone shows a zone: head, records, what waits for a commit, forwards.
func (a *API) getZone(r *http.Request) (any, error) {
	z, c, err := a.onZone(r)
	if err != nil {
		return nil, err
	}
	v, err := command.Do(r.Context(), a.Commands, c, command.ZoneInfo{Origin: string(z.Origin)})
	if err != nil {
		return nil, err
	}
	fs, err := command.Do(r.Context(), a.Commands, c, command.Forwards{Origin: string(z.Origin)})
	if err != nil {
		return nil, err
	}
	out := map[string]any{"zone": headOf(v.Zone, c.Account), "soa": v.Zone.SOA.Data(v.Zone.Serial), "soa_ttl": v.Zone.SOA.TTL, "records": recordsOf(v.Records)}
	if v.Zone.Staged > 0 {
		waits, err := command.Do(r.Context(), a.Commands, c, command.StagedZone{Origin: string(z.Origin)})
		if err != nil {
			return nil, err
		}
		out["waits"], out["waits_since"] = changeOf(waits.Change), stamp(waits.Zone.StagedAt)
	}
	shown := []forward{}
	for _, f := range fs {
		shown = append(shown, forward{string(f.Kind), f.Source, f.Target, f.Status, f.Title})
	}
	out["forwards"] = shown
	return out, nil
}
