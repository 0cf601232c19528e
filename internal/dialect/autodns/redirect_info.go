package autodns

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

// redirectInquire is task 0504: with a source one redirect, else a list.
func redirectInquire(ctx context.Context, t *task) (result, error) {
	if t.object.ChildTrim("source") == "" {
		return redirectList(ctx, t)
	}
	wanted, z, err := t.sourceZone(ctx)
	if err != nil {
		return result{}, noRedirect(err, true)
	}
	fs, err := do(ctx, t, command.Forwards{Origin: string(z.Origin)})
	if err != nil {
		return result{}, noRedirect(err, true)
	}
	for _, found := range redirectsOf(z.Origin, fs) {
		if found.source == wanted.source {
			r := t.done('S')
			r.data = []el{block("redirect", t.q.redirectEls(found, true)...)}
			return r, nil
		}
	}
	return result{}, errs.F(errs.NotFound, "source", "")
}
