package domainrobot

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

// cancelationCreate is POST /domain/{name}/cancelation (0103101). A body may be missing: the domain ends at its expiry then. One for
// later is stored and answered at once; NOW deletes the domain, and a message tells how that ended (domainrobot-json.md §8.2).
func cancelationCreate(ctx context.Context, d *Dialect, q *request) (answer, error) {
	x, err := readCancelation(q, execution{word: execExpire})
	if err != nil {
		return answer{}, err
	}
	info, err := command.Do(ctx, d.run, q.caller, command.InfoDomain{Name: q.arg("name")})
	switch {
	case err != nil:
		return answer{}, err
	case canceled(info.Domain):
		return answer{}, errs.F(errs.Exists, "cancelation", "").On("domain", string(info.Domain.Name))
	}
	return d.cancel(ctx, q, info.Domain, x)
}
