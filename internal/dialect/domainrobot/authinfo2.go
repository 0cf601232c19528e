package domainrobot

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

// authInfo2Create is POST /domain/{name}/_authinfo2 (0113003): the registry would mail the owner a code. None of the registries that
// can be connected does, so a domain of the caller's is told just that.
func authInfo2Create(ctx context.Context, d *Dialect, q *request) (answer, error) {
	if _, err := command.Do(ctx, d.run, q.caller, command.InfoDomain{Name: q.arg("name")}); err != nil {
		return answer{}, err
	}
	refused := errs.E(errs.RegistryRejected, "the registry sends no codes to owners").On("domain", shownName(q.arg("name")))
	refused.Code = 2101 // RFC 5730 §3: unimplemented command
	return answer{}, refused
}

// authInfoSend is PUT /domain/{name}/_sendAuthinfoToOwnerc (0113005): the code goes to the owner by mail.
func authInfoSend(ctx context.Context, d *Dialect, q *request) (answer, error) {
	_, err := command.Do(ctx, d.run, q.caller, command.SendAuthInfo{Name: q.arg("name")})
	return one(classDomain, shownName(q.arg("name"))), err
}
