package autodns

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"strconv"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

// Sessions live for ten minutes after their last use (autodns-xml.md §4.2); of one user at most sessionsKept.
const (
	sessionIdle  = 10 * time.Minute
	sessionsKept = 100
)

// sessionCreate is task 1321001: it needs a log-in by user and password.
func sessionCreate(ctx context.Context, t *task) (result, error) {
	t.subject = object{"user", t.q.user.String()}
	if t.q.token != "" || t.c.Credential.Kind == account.App {
		return result{}, bad(errs.Missing, "request.auth", "", "a session is made with user and password")
	}
	c := t.c
	c.Dialect = shared // a session is good for both interfaces
	hash := newUUID()
	if !c.DryRun {
		if err := t.d.run.OpenSession(ctx, c, hash, sessionIdle, sessionsKept); err != nil {
			return result{}, err
		}
	}
	now := t.d.run.Clocks().Wall()
	user := t.q.user
	r := t.done('S')
	r.data = []el{block("auth_session", user.el("user"),
		leaf("hash", hash), leaf("ip", t.q.ip.String()), leaf("user_agent", clip(t.q.http.UserAgent())),
		leaf("timeout", strconv.Itoa(int(sessionIdle/time.Minute))), leaf("language", t.q.language()),
		leaf("valid_until", stamp(now.Add(sessionIdle))), user.el("owner"), user.el("updater"),
		leaf("id", sessionNumber(hash)), leaf("created", stamp(now)), leaf("updated", stamp(now)))}
	return r, nil
}

// newUUID is a random UUID in small letters (RFC 9562 §5.4).
func newUUID() string {
	h := []byte(command.NewToken(16))
	h[12] = '4'
	h[16] = "89ab"[h[16]%4]
	return string(h[:8]) + "-" + string(h[8:12]) + "-" + string(h[12:16]) + "-" + string(h[16:20]) + "-" + string(h[20:])
}

// sessionNumber is a number for a session, which has no other one; it tells nothing about the hash.
func sessionNumber(hash string) string {
	sum := sha256.Sum256([]byte("autodns session number\n" + hash))
	return strconv.FormatUint(uint64(binary.BigEndian.Uint32(sum[:4])>>1), 10)
}

// sessionDelete is task 1321003: it ends the session in the task, or the one that the request is made in.
func sessionDelete(ctx context.Context, t *task) (result, error) {
	t.subject = object{"user", t.q.user.String()}
	hash := strings.ToLower(t.node.Path("auth_session").ChildTrim("hash"))
	if hash == "" {
		hash = t.q.token
	}
	if hash == "" {
		return result{}, bad(errs.Missing, "request.task.auth_session.hash", "", "is required")
	}
	owner, _, err := t.d.run.Resume(ctx, t.q.login(0), hash)
	if err == nil && owner.Actor.ID != t.c.Actor.ID {
		err = errs.E(errs.SessionExpired, "the session is unknown or has expired")
	}
	if err != nil {
		return result{}, err
	}
	if !t.c.DryRun {
		if err := t.d.run.EndSession(ctx, shared, hash); err != nil {
			return result{}, err
		}
	}
	return t.done('S'), nil
}
