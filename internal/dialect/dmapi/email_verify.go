package dmapi

import (
	"context"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

// emailVerify is wa-email-verify (§7.8.1): the owner's answer to the question in the mail, whose key proves that the mail was
// read.
func emailVerify(ctx context.Context, rq *request) (*reply, error) {
	key, keyErr := rq.form.require("key")
	answer, answerErr := rq.form.require("answer")
	if err := join(keyErr, answerErr); err != nil {
		return nil, err
	}
	switch strings.ToLower(answer) {
	case "yes":
	case "no":
		return nil, refuseValue("answer", "yes (an address that is not verified becomes invalid by itself)")
	default:
		return nil, param("answer", "yes or no")
	}
	_, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.ConfirmEmail{Token: key})
	if errs.Is(err, errs.NotFound) {
		return nil, errs.E(errs.NotFound, "the key is unknown")
	}
	if err != nil {
		return nil, err
	}
	return &reply{body: bodyAck}, nil
}
