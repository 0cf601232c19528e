package domainrobot

import (
	"context"

	"github.com/polyreg/polyreg/internal/zone"
)

// redirectDelete is DELETE /redirect/{source} (0503). keys[]=dnsProvisioning also takes the records away that lead to the redirector.
func redirectDelete(ctx context.Context, d *Dialect, q *request) (answer, error) {
	was, s, err := d.redirectAt(ctx, q)
	if err != nil {
		return answer{}, err
	}
	if err := d.mayProvision(q, s); err != nil {
		return answer{}, err
	}
	_, err = d.editForwards(ctx, q, was.origin, s, func(have []zone.Forward, at int) ([]zone.Forward, error) {
		if at < 0 {
			return nil, noRedirect(s)
		}
		return without(have, at), nil
	})
	if err == nil && q.on("dnsProvisioning") {
		err = d.provision(ctx, q, was.origin, s, false)
	}
	return one(classRedirect, s.text), err
}
