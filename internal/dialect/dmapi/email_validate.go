package dmapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
)

// bodyAck is what one client compares the whole body with (§7.8.1).
const bodyAck = "Result: ACK"

// emailValidate is wa-email-validate (§7.8.1): the mail with the question is sent again.
func emailValidate(ctx context.Context, rq *request) (*reply, error) {
	email, err := rq.email()
	if err != nil {
		return nil, err
	}
	found := ""
	err = rq.eachVerification(ctx, email, func(d domain.Domain, _ contact.Verification) bool {
		found = string(d.Name)
		return false
	})
	switch {
	case err != nil:
		return nil, err
	case found == "":
		return nil, errs.E(errs.NotFound, "no verification of %s is open", clip(email))
	}
	if _, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.SendVerification{Name: found}); err != nil {
		return nil, err
	}
	return &reply{body: bodyAck}, nil
}
