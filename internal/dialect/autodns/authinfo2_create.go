package autodns

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

// authInfo2Create is task 0113003: the registry would send the owner a code by post. None of the registries that can be connected
// does, so a domain of the caller's is told just that (autodns-xml.md §11).
func authInfo2Create(ctx context.Context, t *task) (result, error) {
	name, err := t.identifier()
	if err != nil {
		return result{}, err
	}
	if _, err := do(ctx, t, command.InfoDomain{Name: name}); err != nil {
		return result{}, err
	}
	refused := errs.E(errs.RegistryRejected, "the registry sends no codes to owners")
	refused.Code = 2101 // RFC 5730 §3: unimplemented command
	return result{}, refused
}
