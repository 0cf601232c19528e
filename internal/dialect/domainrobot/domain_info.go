package domainrobot

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
)

// domainInfo is GET /domain/{name} (0105). Contacts are numbers unless fullContact is asked for.
func domainInfo(ctx context.Context, d *Dialect, q *request) (answer, error) {
	info, err := command.Do(ctx, d.run, q.caller, command.InfoDomain{Name: q.arg("name")})
	if err != nil {
		return answer{}, err
	}
	ids := make([]contact.ID, 0, len(info.Domain.Contacts))
	for _, id := range info.Domain.Contacts {
		ids = append(ids, id)
	}
	handles, err := d.handles(ctx, q, distinct(ids))
	if err != nil {
		return answer{}, err
	}
	v := domainView{Domain: info.Domain, handles: handles, authInfo: info.AuthInfo, open: info.Open, tld: d.tldOf(info.Domain.Name), now: d.run.Clocks().Registrar()}
	if q.on("fullContact") {
		v.contacts = info.Contacts
	}
	return one(classDomain, string(info.Domain.Name), q.domainJSON(v, nil)), nil
}

// distinct keeps the first of each number.
func distinct(ids []contact.ID) []contact.ID {
	seen := map[contact.ID]bool{}
	out := ids[:0]
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	return out
}
