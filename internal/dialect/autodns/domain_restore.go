package autodns

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
)

// domainRestore is task 0101005: the domain comes back from its redemption, for a fee. Task 0105005 lists what can
// (autodns-xml.md §9.3).
func domainRestore(ctx context.Context, t *task) (result, error) {
	name, err := t.identifier()
	if err != nil {
		return result{}, err
	}
	if _, err := do(ctx, t, command.RestoreDomain{Name: name}); err != nil {
		return result{}, err
	}
	return t.done('N'), nil
}
