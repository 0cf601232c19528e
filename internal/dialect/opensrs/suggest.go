package opensrs

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

// The services of NAME_SUGGEST, with the text that each answers.
var suggestServices = map[string]string{"lookup": "Command completed successfully.", "suggestion": "Command Successful", "personal_names": "Command completed successfully.",
	"premium": "Command Successful", "premium_brokered_transfer": "Command Successful", "premium_make_offer": "Command Successful"}

// Bounds of one search.
const (
	suggestDefault = 50
	suggestMost    = 100
	lookupMost     = 60
)

// nameSuggest is NAME_SUGGEST (opensrs-commands.md §1.2). A search ends before it is answered, so there are no search keys;
// nothing is sold from an aftermarket, so those services find nothing.
func nameSuggest(ctx context.Context, x *call) (*reply, error) {
	clocks, a := x.d.deps.Runner.Clocks(), x.q.attrs
	began := clocks.Wall()
	search := a.str("searchstring")
	if search == "" {
		if a.str("search_key") != "" {
			return nil, refuse(errs.NotFound, 465, "Invalid search key")
		}
		return nil, missing("searchstring")
	}
	services := a.get("services").words()
	if len(services) == 0 {
		services = []string{"lookup", "suggestion"}
	}
	out := hash()
	for _, s := range services {
		if s = strings.ToLower(s); out.get(s) != nil {
			continue
		}
		if suggestServices[s] == "" {
			return nil, invalid("services", "has the unknown service "+clip(s, 40))
		}
		w, err := x.wantedOf(s, search)
		if err != nil {
			return nil, err
		}
		out.set(s, x.serviceAnswer(ctx, s, w))
	}
	return &reply{code: 200, text: "Command completed successfully", attrs: out, noObject: true,
		first:  []item{{"request_response_time", text(fmt.Sprintf("%.3f", clocks.Wall().Sub(began).Seconds()))}},
		middle: []item{{"is_search_completed", text("1")}}}, nil
}

// wanted is what one service is to search.
type wanted struct {
	text string
	tlds []string
	most int
	live bool // ask the registries now
}

// wantedOf reads a service's own conditions, else the common ones.
func (x *call) wantedOf(service, search string) (wanted, error) {
	a := x.q.attrs
	own := a.get("service_override").get(service)
	w := wanted{text: search, most: suggestDefault}
	for _, v := range []*value{own, a} {
		if w.tlds == nil {
			for _, t := range v.get("tlds").words() {
				w.tlds = append(w.tlds, strings.ToLower(strings.Trim(t, ".")))
			}
		}
		w.live = w.live || len(v.get("no_cache_tlds").words()) > 0
	}
	var err error
	if w.most, err = a.number("maximum", w.most); err == nil {
		w.most, err = own.number("maximum", w.most)
	}
	if w.most == 0 {
		w.most = suggestDefault
	}
	w.most = min(w.most, suggestMost)
	return w, err
}

// serviceAnswer runs a service; one that fails says so in its own hash (500).
func (x *call) serviceAnswer(ctx context.Context, service string, w wanted) *value {
	var items []*value
	var err error
	switch service {
	case "lookup":
		items, err = x.lookedUp(ctx, w)
	case "suggestion":
		items, err = x.suggested(ctx, w)
	}
	code, words := "200", suggestServices[service]
	if err != nil {
		x.d.deps.Log.WarnContext(ctx, "search failed", "dialect", dialectName, "service", service, "err", err)
		code, words = "500", "Temporary failure, try again later"
	}
	return hash("count", strconv.Itoa(len(items)), "response_text", words, "response_code", code).set("items", list(items...)).set("is_success", text(flag(err == nil)))
}

// lookedUp asks for the same label, plain and with hyphens between its words, under the wanted endings.
func (x *call) lookedUp(ctx context.Context, w wanted) ([]*value, error) {
	label, tlds := w.text, w.tlds
	catalog := x.d.deps.Runner.Catalog()
	if dot := strings.IndexByte(w.text, '.'); dot > 0 && !strings.Contains(w.text, " ") {
		label = w.text[:dot]
		if ending := strings.ToLower(w.text[dot+1:]); tlds == nil || catalog.TLD(ending) != nil && !slices.Contains(tlds, ending) {
			tlds = append([]string{ending}, tlds...)
		}
	}
	if w.tlds == nil {
		for _, t := range catalog.TLDs() {
			if !slices.Contains(tlds, t.Name) {
				tlds = append(tlds, t.Name)
			}
		}
	}
	words := strings.Fields(strings.ToLower(label))
	labels := []string{strings.Join(words, "")}
	if len(words) > 1 {
		labels = append(labels, strings.Join(words, "-"))
	}
	var names []string
	for _, l := range labels {
		for _, t := range tlds {
			if len(names) < min(w.most, lookupMost) {
				names = append(names, l+"."+t)
			}
		}
	}
	found, err := do(ctx, x, command.CheckDomains{Names: names, Fresh: w.live})
	if err != nil {
		return nil, err
	}
	return suggestItems(found), nil
}

// suggested gives the core's ideas, all of them free.
func (x *call) suggested(ctx context.Context, w wanted) ([]*value, error) {
	found, err := do(ctx, x, command.SuggestNames{Text: w.text, TLDs: w.tlds, Max: suggestMost})
	if errs.Is(err, errs.Missing, errs.InvalidName) {
		return nil, nil // nothing can be made of the words
	}
	if w.tlds != nil { // the core looks beyond them
		found = slices.DeleteFunc(found, func(a command.Availability) bool { return a.TLD == nil || !slices.Contains(w.tlds, a.TLD.Name) })
	}
	return suggestItems(found[:min(w.most, len(found))]), err
}

// suggestItems are the rows; an ending that is not sold has none.
func suggestItems(found []command.Availability) []*value {
	var rows []*value
	for _, a := range found {
		name := string(a.Name)
		if name == "" {
			name = a.Input
		}
		row := hash("domain", name, "status", "taken")
		switch a.Status {
		case command.Free:
			row = hash("domain", name, "status", "available")
		case command.ReservedFor:
			row.set("reason", text("Reserved Name"))
		case command.Refused:
			if a.TLD == nil || a.Err != nil && a.Err.Kind == errs.InvalidName {
				continue
			}
			row = hash("domain", name, "status", "undetermined")
		}
		rows = append(rows, row)
	}
	return rows
}
