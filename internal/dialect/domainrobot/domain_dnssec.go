package domainrobot

import (
	"context"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// domainDNSSEC is PUT /domain/{name}/_dnssec (0102007): it replaces the keys and nothing else; an empty list takes them away.
func domainDNSSEC(ctx context.Context, d *Dialect, q *request) (answer, error) {
	r := &reader{v: q.body, path: "domain"}
	if on, _ := r.flag("autoDnssec"); on {
		r.Add(bad(errs.Unsupported, r.at("autoDnssec"), "true", "this service is not supported"))
	}
	keys := readKeys(r)
	if keys == nil && r.Err() == nil {
		r.Add(bad(errs.Missing, r.at("dnssecData"), "", "is required"))
	}
	if err := r.Err(); err != nil {
		return answer{}, err
	}
	return d.changeDomain(ctx, q, command.UpdateDomain{Name: q.arg("name"), DNSSEC: keys})
}

// readKeys reads the keys of a Domain object: nil where it has none to say, empty for the empty list, which deletes them
// (domainrobot-json.md §8.2, §9.2).
func readKeys(r *reader) *domain.DNSSEC {
	items, given := r.objects("dnssecData")
	if !given || isEmpty(r.v.Get("dnssecData")) && len(items) > 0 {
		return nil
	}
	out := &domain.DNSSEC{}
	for _, v := range items {
		k := &reader{v: v, path: r.at("dnssecData")}
		key := domain.Key{Protocol: 3}
		for _, f := range []struct {
			name     string
			to       *int
			required bool
		}{{"algorithm", &key.Alg, true}, {"flags", &key.Flags, true}, {"protocol", &key.Protocol, false}} {
			n, given := k.number(f.name)
			switch {
			case given && n >= 0 && n <= 1<<16:
				*f.to = int(n)
			case given:
				k.Add(bad(errs.Invalid, k.at(f.name), v.Get(f.name).Str(), "is out of range"))
			case f.required && k.Err() == nil:
				k.Add(bad(errs.Missing, k.at(f.name), "", "is required"))
			}
		}
		text, _ := k.text("publicKey")
		if key.PubKey = strings.Join(strings.Fields(text), ""); key.PubKey == "" {
			k.Add(bad(errs.Missing, k.at("publicKey"), "", "is required"))
		}
		r.Add(errs.As(k.Err()))
		out.Keys = append(out.Keys, key)
	}
	return out
}

// keysJSON are a domain's keys. Delegation signer records of another interface have no words here.
func keysJSON(d *domain.DNSSEC) []jsonx.Obj {
	if d == nil {
		return nil
	}
	var out []jsonx.Obj
	for _, k := range d.Keys {
		out = append(out, jsonx.Obj{{"algorithm", k.Alg}, {"flags", k.Flags}, {"protocol", k.Protocol}, {"publicKey", k.PubKey}})
	}
	return out
}
