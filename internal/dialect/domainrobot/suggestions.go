package domainrobot

import (
	"context"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
)

// maxSuggestions bounds what the source suggestion gives.
const maxSuggestions = 50

// suggestions are what the source suggestion finds: free names like the word searched for, without those that other sources have.
func (d *Dialect) suggestions(ctx context.Context, q *request, others []candidate) ([]candidate, []command.Availability, error) {
	const source = "suggestion"
	v := q.body.Path("sources", source)
	token, _ := (&reader{v: q.body, path: "domainstudio"}).text("searchToken")
	if !v.Given() || strings.TrimSpace(token) == "" {
		return nil, nil, nil
	}
	r := &reader{v: v, path: "sources." + source}
	c := readSource(r, source)
	tlds, _ := r.texts("tlds")
	most, given := r.number("max")
	if err := r.Err(); err != nil {
		return nil, nil, err
	}
	if !given || most <= 0 {
		most = 10
	}
	double, _ := (&reader{v: q.body}).flag("allowDuplicates")
	seen := map[string]bool{}
	for _, o := range others {
		seen[strings.ToLower(o.name)] = !double
	}
	found, err := command.Do(ctx, d.run, q.caller, command.SuggestNames{Text: token, TLDs: tlds, Max: maxSuggestions})
	if err != nil {
		return nil, nil, err
	}
	var names []candidate
	var free []command.Availability
	for _, a := range found {
		if seen[string(a.Name)] || len(names) >= int(min(most, maxSuggestions)) {
			continue
		}
		c.name = string(a.Name)
		names, free = append(names, c), append(free, a)
	}
	return names, free, nil
}
