package opensrs

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

// sendAuthcode is SEND_AUTHCODE (opensrs-commands.md §14.8): the registrant gets the authorization code by mail.
func sendAuthcode(ctx context.Context, x *call) (*reply, error) {
	name, err := x.domain(ctx)
	if err != nil {
		return nil, err
	}
	_, err = do(ctx, x, command.SendAuthInfo{Name: name})
	switch e := errs.As(err); {
	case err == nil:
		return ok("Message sent", nil), nil
	case e.Kind == errs.NotFound && e.Field == "auth_info":
		return nil, refuse(errs.NotFound, 480, "The domain has no authorization code; set one with modify data=domain_auth_info")
	case e.Kind == errs.Missing && e.Field == "registrant.email":
		return nil, refuse(errs.Missing, 465, "The owner has no email address")
	}
	return nil, err
}
