package domainrobot

import (
	"context"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
)

// nackReasons are the reasons for a refusal, by number; one client sends 7 (domainrobot-json.md §8.7).
var nackReasons = map[int64]string{1: "evidence of fraud", 2: "a UDRP proceeding runs", 3: "court order", 4: "the identity is disputed",
	5: "not paid", 6: "the holder objects", 7: "other"}

// transferOutAnswer is PUT /transferout/{domain}/{type} (0106002). The type is spelled in several ways; one client sends _answer and
// says in the body which.
func transferOutAnswer(ctx context.Context, d *Dialect, q *request) (answer, error) {
	r := &reader{v: q.body, path: "transferOut"}
	word, path := q.arg("type"), "type"
	if strings.EqualFold(word, "_answer") {
		word, _ = r.text("answer")
		path = "answer"
	}
	name := q.arg("domain")
	cmd := command.DecideTransfer{Name: name}
	var reason int64
	switch strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(word)), "TRANSFER_OUT_") {
	case "ACK":
		cmd.Approve = true
	case "NACK":
		reason = d.nackReason(r, name)
		cmd.Reason = nackReasons[reason]
	default:
		r.Add(bad(errs.Invalid, r.at(path), word, "must be ACK or NACK"))
	}
	if err := r.Err(); err != nil {
		return answer{}, err
	}
	info, err := command.Do(ctx, d.run, q.caller, command.InfoDomain{Name: name})
	if err != nil {
		return answer{}, err
	}
	q.caller.Notice = order.NoticeIfPending
	out, err := command.Do(ctx, d.run, q.caller, cmd)
	if err != nil {
		return answer{}, err
	}
	o := d.outgoingJSON(q, info.Domain)
	o.Add("type", map[bool]string{true: "TRANSFER_OUT_ACK", false: "TRANSFER_OUT_NACK"}[cmd.Approve])
	o.AddIf(reason != 0, "nackReason", reason)
	a := one(classTransferOut, string(info.Domain.Name), o)
	if out.Pending {
		a.letter = 'N'
	}
	return a, nil
}

// nackReason reads why a transfer is refused, which has to be said for gTLDs.
func (d *Dialect) nackReason(r *reader, name string) int64 {
	n, given := r.number("nackReason")
	switch {
	case nackReasons[n] != "":
		return n
	case given:
		r.Add(bad(errs.Invalid, r.at("nackReason"), strconv.FormatInt(n, 10), "must be a number from 1 to 7"))
		return 0
	}
	parsed, err := dname.Parse(name)
	if err != nil {
		return 0 // the command says so
	}
	if tld := d.tldOf(parsed); tld != nil && tld.GTLD && r.Err() == nil {
		r.Add(bad(errs.Missing, r.at("nackReason"), "", "is required for this ending"))
	}
	return 0
}
