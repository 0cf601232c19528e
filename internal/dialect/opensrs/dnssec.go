package opensrs

import (
	"context"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
)

// setDNSSEC is SET_DNSSEC_INFO (opensrs-commands.md §10.1).
func setDNSSEC(ctx context.Context, x *call) (*reply, error) {
	return x.changeDNSSEC(ctx, "Command Successful")
}

// modifyDNSSEC is the same as MODIFY data=dnssec.
func modifyDNSSEC(ctx context.Context, x *call) (*reply, error) {
	return x.changeDNSSEC(ctx, "Update successful")
}

// changeDNSSEC replaces all DS records of a name; an empty list, in whatever notation, removes them.
func (x *call) changeDNSSEC(ctx context.Context, done string) (*reply, error) {
	name, err := x.domain(ctx)
	if err != nil {
		return nil, err
	}
	given := x.q.attrs.get("dnssec")
	if given == nil || given.form == scalar {
		return nil, missing("dnssec")
	}
	records, err := readDNSSEC(given)
	if err != nil {
		return nil, err
	}
	if _, err := x.own(ctx); err != nil {
		return nil, err
	}
	r, err := x.update(ctx, command.UpdateDomain{Name: name, DNSSEC: &records}, done)
	if e := errs.As(err); err != nil && strings.HasPrefix(e.Field, "dnssec") {
		return nil, refuse(e.Kind, 465, "Invalid DNSSEC data: "+recordOf(e.Field)+e.Text)
	}
	return r, err
}

// recordOf turns "dnssec.ds[0].digest" into "record 1, digest " (the client's words).
func recordOf(field string) string {
	place, word, _ := strings.Cut(strings.TrimPrefix(field, "dnssec.ds["), "].")
	n, err := strconv.Atoi(place)
	if err != nil {
		return ""
	}
	return "record " + strconv.Itoa(n+1) + ", " + word + " "
}

func readDNSSEC(v *value) (domain.DNSSEC, error) {
	var out domain.DNSSEC
	for _, e := range v.elements() {
		if e.form == scalar {
			return out, refuse(errs.Invalid, 465, "Invalid DNSSEC data: a record is no hash")
		}
		var ds domain.DS
		for _, n := range []struct {
			key string
			to  *int
		}{{"key_tag", &ds.KeyTag}, {"algorithm", &ds.Alg}, {"digest_type", &ds.DigestType}} {
			if e.str(n.key) == "" {
				return out, missing(n.key)
			}
			var err error
			if *n.to, err = e.number(n.key, 0); err != nil {
				return out, err
			}
		}
		if ds.Digest = strings.ToUpper(strings.Join(strings.Fields(e.raw("digest")), "")); ds.Digest == "" {
			return out, missing("digest")
		}
		out.DS = append(out.DS, ds)
	}
	return out, nil
}

// showDNSSEC lists DS records; a name that has keys at its registry, which is no word here, shows none.
func showDNSSEC(d *domain.DNSSEC) *value {
	var rows []*value
	if d != nil {
		for _, s := range d.DS {
			rows = append(rows, hash("algorithm", strconv.Itoa(s.Alg), "key_tag", strconv.Itoa(s.KeyTag), "digest_type", strconv.Itoa(s.DigestType), "digest", s.Digest))
		}
	}
	return list(rows...)
}
