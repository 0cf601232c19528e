package opensrs

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

// pushTransfer is RSP2RSP_PUSH_TRANSFER (opensrs-commands.md §11.7): a domain goes to another reseller of the platform, at once
// and free. The reseller is named by its account, a sub-reseller by its user name too.
func pushTransfer(ctx context.Context, x *call) (*reply, error) {
	name, err := x.domain(ctx)
	if err != nil {
		return nil, err
	}
	to := x.q.attrs.str("grsp")
	if to == "" {
		return nil, missing("grsp")
	}
	if err := x.fitsProfile(ctx, name); err != nil {
		return nil, err
	}
	if sub, err := x.d.deps.Runner.ActFor(ctx, x.c, to, 0, true); err == nil {
		to = sub.Account.Name
	} else if !errs.Is(err, errs.Forbidden) {
		return nil, err
	}
	_, err = do(ctx, x, command.PushDomain{Name: name, To: to})
	if e := errs.As(err); err != nil && e.Field == "account" {
		return nil, &refusal{kind: e.Kind, code: 465, text: "Push transfer permission denied"} // recorded without attributes
	}
	if err != nil {
		return nil, err
	}
	return ok("Command Successful", nil), nil
}

// fitsProfile compares a registrant's log-in that came along with the domain's; none need come.
func (x *call) fitsProfile(ctx context.Context, name string) error {
	a := x.q.attrs
	if a.str("username") == "" && a.raw("password") == "" {
		return nil
	}
	_, err := do(ctx, x, command.CheckProfile{Domain: name, Profile: command.Profile{Username: a.str("username"), Password: a.raw("password")}})
	return err
}
