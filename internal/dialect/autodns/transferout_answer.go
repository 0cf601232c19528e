package autodns

import (
	"context"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
)

// nackReasons are the reasons for a refusal, by number (autodns-xml.md §11).
var nackReasons = map[string]string{"1": "evidence of fraud", "2": "a UDRP proceeding runs", "3": "court order", "4": "the identity is disputed",
	"5": "not paid", "6": "the holder objects", "7": "other"}

// transferOutAnswer is task 0106002. It is answered N0106, and the message S0106 or E0106 tells how it ended (autodns-xml.md §7.4,
// §11).
func transferOutAnswer(ctx context.Context, t *task) (result, error) {
	name, err := t.domainName()
	if err != nil {
		return result{}, err
	}
	cmd := command.DecideTransfer{Name: name}
	word := t.object.ChildTrim("type")
	switch strings.TrimPrefix(lower(word), "transfer_out_") {
	case "ack":
		cmd.Approve = true
	case "nack":
		if cmd.Reason, err = t.nackReason(name); err != nil {
			return result{}, err
		}
	case "":
		return result{}, bad(errs.Missing, "request.task.transfer.type", "", "is required")
	default:
		return result{}, bad(errs.Invalid, "request.task.transfer.type", word, "must be ack or nack")
	}
	if _, err := do(ctx, t, cmd); err != nil {
		return result{}, err
	}
	r := t.done('N')
	r.code = "0106"
	return r, nil
}

// nackReason reads why a transfer is refused, which has to be said for gTLDs.
func (t *task) nackReason(name string) (string, error) {
	const path = "request.task.transfer.nack_reason"
	n := t.object.ChildTrim("nack_reason")
	switch {
	case nackReasons[n] != "":
		return nackReasons[n], nil
	case n != "" && n != "0":
		return "", bad(errs.Invalid, path, n, "must be a number from 0 to 7")
	}
	parsed, err := dname.Parse(name)
	if err != nil {
		return "", nil // the command says so
	}
	if _, tld, err := t.d.run.Catalog().Split(parsed); err == nil && tld.GTLD {
		return "", bad(errs.Missing, path, n, "is required for this ending")
	}
	return "", nil
}
