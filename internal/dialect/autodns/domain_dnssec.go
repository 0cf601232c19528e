package autodns

import (
	"context"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/xmlx"
)

// domainDNSSEC is task 0102007: it replaces the keys and nothing else; none at all takes them away (autodns-xml.md §9.3).
func domainDNSSEC(ctx context.Context, t *task) (result, error) {
	name, err := t.identifier()
	if err != nil {
		return result{}, err
	}
	keys, err := readKeys(t.object)
	if err != nil {
		return result{}, err
	}
	if keys == nil {
		keys = &domain.DNSSEC{}
	}
	return t.changeDomain(ctx, command.UpdateDomain{Name: name, DNSSEC: keys})
}

// readKeys reads the dnssec blocks of a domain element; nil without one that says anything.
func readKeys(n *xmlx.Node) (*domain.DNSSEC, error) {
	const path = "request.task.domain.dnssec"
	var l errs.List
	var out *domain.DNSSEC
	for _, k := range n.ChildrenNamed("dnssec") {
		if !says(k) {
			continue
		}
		if out == nil {
			out = &domain.DNSSEC{}
		}
		key := domain.Key{Protocol: 3, PubKey: strings.Join(strings.Fields(k.ChildText("publickey")), "")}
		for _, f := range []struct {
			name     string
			to       *int
			required bool
		}{{"flags", &key.Flags, true}, {"protocol", &key.Protocol, false}, {"algorithm", &key.Alg, true}} {
			text := k.ChildTrim(f.name)
			if text == "" {
				if f.required {
					l.Add(bad(errs.Missing, path+"."+f.name, "", "is required"))
				}
				continue
			}
			v, err := whole(path+"."+f.name, text)
			l.Add(err)
			*f.to = v
		}
		if key.PubKey == "" {
			l.Add(bad(errs.Missing, path+".publickey", "", "is required"))
		}
		out.Keys = append(out.Keys, key)
	}
	return out, l.Err()
}

// updatedKeys are the keys that an update orders: those it sends, none with the extension's mode "replace" and no key, and nil for
// "as they are" (autodns-xml.md §9.4).
func updatedKeys(n *xmlx.Node) (*domain.DNSSEC, error) {
	keys, err := readKeys(n)
	if keys == nil && err == nil && replaces(n) {
		keys = &domain.DNSSEC{}
	}
	return keys, err
}

// keyEls are a domain's keys. Delegation signer records of another interface have no words here.
func keyEls(d *domain.DNSSEC) []el {
	if d == nil {
		return nil
	}
	var out []el
	for _, k := range d.Keys {
		out = append(out, block("dnssec", leaf("flags", strconv.Itoa(k.Flags)), leaf("protocol", strconv.Itoa(k.Protocol)),
			leaf("algorithm", strconv.Itoa(k.Alg)), leaf("publickey", k.PubKey)))
	}
	return out
}
