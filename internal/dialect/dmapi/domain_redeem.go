package dmapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
)

// domainRedeem is domain-redeem (§7.3.10): a deleted domain comes back from its redemption period.
func domainRedeem(ctx context.Context, rq *request) (*reply, error) {
	text, err := rq.form.require("domain")
	if err != nil {
		return nil, err
	}
	out, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.RestoreDomain{Name: text})
	if err != nil {
		return nil, err
	}
	return accepted(out), nil
}
