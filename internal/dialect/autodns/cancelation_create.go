package autodns

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

// cancelationCreate is task 0103101. A dated one is stored and answered at once; execdate now deletes the domain, and a message
// tells how that ended (autodns-xml.md §7.1, §10).
func cancelationCreate(ctx context.Context, t *task) (result, error) {
	name, err := t.domainName()
	if err != nil {
		return result{}, err
	}
	x, err := t.readCancelation(exec{})
	if err != nil {
		return result{}, err
	}
	info, err := do(ctx, t, command.InfoDomain{Name: name})
	switch {
	case err != nil:
		return result{}, err
	case canceled(info.Domain):
		return result{}, errs.F(errs.Exists, "cancelation", "").On("domain", string(info.Domain.Name))
	}
	return t.cancel(ctx, info.Domain, x)
}
