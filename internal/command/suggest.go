package command

import (
	"context"
	"strings"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/errs"
)

// SuggestNames finds free names like a text: the same label under other endings, and the label with hyphens between its words
// and with common words before and behind, under the wanted endings. Every one was asked for at its registry. Errors: Missing
// and InvalidName with field "name".
type SuggestNames struct {
	Text string   // a label, words, or a domain name
	TLDs []string // endings for the variants; empty: that of the text, else the first that are sold
	Max  int      // 0: ten
}

func (SuggestNames) need() account.Access { return account.Read }

// candidates bounds how many names are asked for.
const candidates = 60

var affixes = []string{"my%s", "get%s", "%sonline", "%s-shop", "%shub", "the%s", "%sapp", "%s-web"}

func (cmd SuggestNames) run(ctx context.Context, r *Runner, c Caller) ([]Availability, error) {
	labels, tlds := cmd.parts(r.Catalog())
	if len(labels) == 0 {
		return nil, errs.F(errs.Missing, "name", "no name or words given")
	}
	var names []string
	seen := map[string]bool{}
	add := func(label, tld string) {
		if n := label + "." + tld; !seen[n] && len(names) < candidates {
			seen[n] = true
			names = append(names, n)
		}
	}
	for _, tld := range tlds {
		add(labels[0], tld)
	}
	for _, t := range r.Catalog().TLDs() {
		add(labels[0], t.Name)
	}
	for _, l := range labels[1:] {
		for _, tld := range tlds {
			add(l, tld)
		}
	}
	found, err := CheckDomains{Names: names}.run(ctx, r, c)
	if err != nil {
		return nil, err
	}
	limit := cmd.Max
	if limit <= 0 {
		limit = 10
	}
	var out []Availability
	for _, a := range found {
		if a.Status == Free && len(out) < limit {
			out = append(out, a)
		}
	}
	return out, nil
}

// parts are the labels to try, the plain one first, and the endings.
func (cmd SuggestNames) parts(cat *catalog.Catalog) (labels, tlds []string) {
	text := strings.ToLower(strings.TrimSpace(cmd.Text))
	for _, t := range cmd.TLDs {
		if tld := cat.TLD(t); tld != nil {
			tlds = append(tlds, tld.Name)
		}
	}
	if name, tld, err := cat.CheckName(text); err == nil {
		text, _, _ = name.Cut()
		if len(tlds) == 0 {
			tlds = []string{tld.Name}
		}
	}
	if len(tlds) == 0 {
		for _, t := range cat.TLDs()[:min(3, len(cat.TLDs()))] {
			tlds = append(tlds, t.Name)
		}
	}
	words := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '-' || r == '_' || r == '.' })
	if len(words) == 0 {
		return nil, tlds
	}
	joined := strings.Join(words, "")
	if strings.HasPrefix(text, "xn--") {
		joined, words = text, []string{text}
	}
	labels = []string{joined}
	if len(words) > 1 {
		labels = append(labels, strings.Join(words, "-"))
	}
	for _, f := range affixes {
		if !strings.HasPrefix(joined, "xn--") {
			labels = append(labels, strings.Replace(f, "%s", joined, 1))
		}
	}
	return labels, tlds
}
