package opensrs

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// Limits of a rule in characters (opensrs-commands.md §9).
const (
	maxDestination = 200
	maxWords       = 255
)

// forwardRule is a rule of web forwarding.
type forwardRule struct {
	name            string // relative owner name
	target          string
	enabled, masked bool
	title           string
	description     string
	keywords        string
}

// forwardService is web forwarding below a domain. What is forwarded are the zone's forwards, whoever set them; what forwards have no
// place for (rules that are switched off, descriptions, keywords, and that the service is on without a rule) is the zone's note.
type forwardService struct {
	zone  command.ZoneView // its ID is 0 where there is none
	owned dname.Name
	on    bool
	rules []forwardRule
	web   map[string]zone.Forward // forwards by HTTP, by name
}

// forwarding reads the service of the domain that the command names.
func (x *call) forwarding(ctx context.Context) (forwardService, error) {
	v, info, err := x.zone(ctx)
	s := forwardService{zone: v, owned: info.Domain.Name, web: map[string]zone.Forward{}}
	if errors.Is(err, errNoZone) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	forwards, err := do(ctx, x, command.Forwards{Origin: string(v.Zone.Origin)})
	if err != nil {
		return s, err
	}
	note, err := x.d.deps.Runner.ZoneNote(ctx, v.Zone, dialectName)
	if err != nil {
		return s, err
	}
	noted, err := readNote(note)
	if err != nil {
		return s, err
	}
	var web []zone.Forward
	for _, f := range forwards {
		if f.Kind != zone.Mail {
			web, s.web[f.Source] = append(web, f), f
		}
	}
	s.on = note != "" || len(web) > 0
	s.rules = mergeRules(noted, web)
	return s, nil
}

// mergeRules gives the rules as they were set, with what another interface has changed since, and then what it has added.
func mergeRules(noted []forwardRule, web []zone.Forward) []forwardRule {
	have, shown := map[string]zone.Forward{}, map[string]bool{}
	for _, f := range web {
		have[f.Source] = f
	}
	var out []forwardRule
	for _, r := range noted {
		f, there := have[r.name]
		if there != r.enabled || shown[r.name] {
			continue // taken away, or replaced
		}
		if shown[r.name] = true; there {
			r.target, r.masked = f.Target, f.Kind == zone.Frame
			if r.masked {
				r.title = f.Title
			}
		}
		out = append(out, r)
	}
	for _, f := range web {
		if !shown[f.Source] {
			out = append(out, forwardRule{name: f.Source, target: f.Target, enabled: true, masked: f.Kind == zone.Frame, title: f.Title})
		}
	}
	return out
}

// name is the domain's.
func (s forwardService) name() string {
	if s.zone.Zone.ID != 0 {
		return string(s.zone.Zone.Origin)
	}
	return string(s.owned)
}

// missing is what clients read where the service is not on.
func (s forwardService) missing() error {
	return refuse(errs.NotFound, 480, "Domain forwarding not found for domain "+s.name())
}

// forward is what a rule is for the zone; one that was there with the same target keeps its status.
func (r forwardRule) forward(was zone.Forward) zone.Forward {
	f := zone.Forward{Kind: zone.Redirect, Source: r.name, Target: r.target}
	if r.masked {
		f.Kind, f.Title = zone.Frame, r.title
	}
	if was.Kind == f.Kind && was.Target == f.Target {
		f.Status = was.Status
	}
	return f
}

// saveForwarding replaces the service's rules; note is "" when it is switched off.
func (x *call) saveForwarding(ctx context.Context, s forwardService, rules []forwardRule, note string) error {
	var forwards []zone.Forward
	stays := map[string]bool{}
	for _, r := range rules {
		if r.enabled {
			forwards, stays[r.name] = append(forwards, r.forward(s.web[r.name])), true
		}
	}
	drops := map[zone.Record]bool{} // what led to the redirector for names that are forwarded no more
	for name, f := range s.web {
		if stays[name] {
			continue
		}
		for _, r := range x.leads([]zone.Forward{f}, nil) {
			drops[r] = true
		}
	}
	keep := func(r zone.Record) bool { return !drops[zone.Record{Name: r.Name, Type: r.Type, Data: r.Data}] }
	var kept []zone.Record
	for _, r := range s.zone.Records {
		if keep(r) {
			kept = append(kept, r)
		}
	}
	_, err := do(ctx, x, command.ReplaceZone{Origin: s.name(), Create: s.zone.Zone.ID == 0, Keep: keep, Records: x.leads(forwards, kept),
		Forwards: forwards, KeepForwards: func(f zone.Forward) bool { return f.Kind == zone.Mail }, Note: note})
	return rulesRefused(forwards, err)
}

// rulesRefused has the core's refusals name the rules.
func rulesRefused(forwards []zone.Forward, err error) error {
	var e *errs.Error
	if !errors.As(err, &e) {
		return err
	}
	var lines []string
	for _, p := range e.All() {
		n, ok := placeIn(p.Field, "forwards")
		switch {
		case !ok:
			return err
		case n >= 0 && n < len(forwards):
			lines = append(lines, ruleWord(forwards[n].Source)+": "+p.Text)
		default:
			lines = append(lines, p.Text)
		}
	}
	return &refusal{kind: e.Kind, code: 465, text: "Invalid forwarding: " + strings.Join(lines, "; "), detail: strings.Join(lines, "\n")}
}

func ruleWord(name string) string {
	if name == zone.Apex {
		return "the domain itself"
	}
	return "subdomain " + clip(name, 60)
}

// showRules lists rules, every field of them.
func showRules(rules []forwardRule) *value {
	rows := make([]*value, len(rules))
	for i, r := range rules {
		rows[i] = hash("subdomain", subdomain(r.name), "destination_url", r.target, "enabled", flag(r.enabled), "masked", flag(r.masked),
			"title", r.title, "description", r.description, "keywords", r.keywords)
	}
	return list(rows...)
}

// readRules reads a client's rules.
func readRules(rows []*value, origin dname.Name) ([]forwardRule, error) {
	var out []forwardRule
	seen := map[string]bool{}
	for i, row := range rows {
		word := fmt.Sprintf("rule %d", i+1)
		if row.form == scalar {
			return nil, badRule(word, "is no hash")
		}
		name, err := zone.CanonicalName(row.str("subdomain"), origin)
		if err != nil {
			return nil, badRule(word, "subdomain "+err.Error())
		}
		if seen[name] {
			return nil, badRule(word, ruleWord(name)+" is forwarded already")
		}
		seen[name] = true
		r := forwardRule{name: name, target: row.str("destination_url"), enabled: true, title: row.str("title"),
			description: row.str("description"), keywords: row.str("keywords")}
		if row.str("enabled") != "" {
			if r.enabled, err = row.on("enabled"); err != nil {
				return nil, err
			}
		}
		if r.masked, err = row.on("masked"); err != nil {
			return nil, err
		}
		if r.target == "" {
			return nil, missing("destination_url")
		}
		if why := r.wrong(); why != "" {
			return nil, badRule(word, why)
		}
		out = append(out, r)
	}
	return out, nil
}

// wrong says what is wrong with a rule.
func (r forwardRule) wrong() string {
	if u, err := url.Parse(r.target); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return "destination_url is not a full address of the web"
	}
	if utf8.RuneCountInString(r.target) > maxDestination {
		return fmt.Sprintf("destination_url is longer than %d characters", maxDestination)
	}
	for _, f := range []struct{ key, text string }{{"title", r.title}, {"description", r.description}, {"keywords", r.keywords}} {
		if utf8.RuneCountInString(f.text) > maxWords {
			return fmt.Sprintf("%s is longer than %d characters", f.key, maxWords)
		}
	}
	return ""
}

func badRule(word, why string) error {
	return refuse(errs.Invalid, 465, "Invalid forwarding: "+word+": "+why)
}

// writeNote keeps rules in the form in which clients send them.
func writeNote(rules []forwardRule) string {
	return string(envelope(hash().set("forwarding", showRules(rules))))
}

func readNote(note string) ([]forwardRule, error) {
	if note == "" {
		return nil, nil
	}
	root, err := parse([]byte(note))
	if err != nil {
		return nil, errs.E(errs.Internal, "the note of a zone cannot be read").Wrap(err)
	}
	var out []forwardRule
	for _, row := range read(root.Path("body", "data_block")).get("forwarding").elements() {
		r := forwardRule{name: row.str("subdomain"), target: row.str("destination_url"), title: row.str("title"), description: row.str("description"),
			keywords: row.str("keywords"), enabled: row.str("enabled") == "1", masked: row.str("masked") == "1"}
		if r.name == "" {
			r.name = zone.Apex
		}
		out = append(out, r)
	}
	return out, nil
}
