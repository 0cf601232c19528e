package sim

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// element names the part of a command that a refusal is about.
type element struct {
	space, local string
	value        string // never a secret
}

func ofDomain(local, value string) element  { return element{epp.NSDomain, local, value} }
func ofContact(local, value string) element { return element{epp.NSContact, local, value} }
func ofHost(local, value string) element    { return element{epp.NSHost, local, value} }
func ofEPP(local, value string) element     { return element{epp.NSEPP, local, value} }

// refusal is an answer other than success.
type refusal struct {
	code   int
	at     element
	reason string
}

// Error is for logs and tests.
func (r *refusal) Error() string { return fmt.Sprintf("epp %d %s: %s", r.code, r.at.local, r.reason) }

// CodeOf is the EPP result code of an error of this package, 0 for any other.
func CodeOf(err error) int {
	var r *refusal
	if errors.As(err, &r) {
		return r.code
	}
	return 0
}

// refuse makes a refusal. at may be zero, and so may the reason.
func refuse(code int, at element, reason string, args ...any) *refusal {
	if len(args) > 0 {
		reason = fmt.Sprintf(reason, args...)
	}
	return &refusal{code: code, at: at, reason: reason}
}

// answer is a success.
type answer struct {
	code int // 0 is 1000
	data *epp.ResData
	msgQ *epp.MsgQueue
	ext  epp.ResponseExt
}

// answerTo makes the response of an error; what is no refusal is logged and shown as 2400 alone.
func (ss *session) answerTo(clTRID string, err error) *epp.Response {
	svTRID := ss.srv.svTRID()
	var r *refusal
	if !errors.As(err, &r) {
		r = refuse(epp.CodeFailed, element{}, "")
		level := ss.srv.cfg.Logger.Error
		if errors.Is(err, context.DeadlineExceeded) {
			level = ss.srv.cfg.Logger.Warn
		}
		level("command failed", "registrar", ss.who.ID, "cltrid", clTRID, "svtrid", svTRID, "err", err)
	}
	resp := epp.Respond(r.code, clTRID, svTRID)
	if r.reason != "" {
		resp.Explain(epp.Name{Space: r.at.space, Local: r.at.local}, r.at.value, r.reason)
	}
	return resp
}

// missing turns absent references into 2303, anything else stays.
func missing(err error) error {
	var m *repo.MissingError
	if !errors.As(err, &m) {
		return err
	}
	at, name := ofDomain("contact", ""), strings.Join(m.Names, " ")
	switch m.Kind {
	case "host":
		at = ofDomain("hostObj", "")
	case "set", repo.NSSet, repo.Keyset:
		at = ofSets(m.Kind, "")
	}
	at.value = name
	return refuse(epp.CodeNotExist, at, "%s does not exist", m.Kind)
}

// absent turns repo.ErrNotFound into 2303 about an element, anything else stays.
func absent(err error, at element) error {
	if errors.Is(err, repo.ErrNotFound) {
		return refuse(epp.CodeNotExist, at, "object does not exist")
	}
	return err
}
