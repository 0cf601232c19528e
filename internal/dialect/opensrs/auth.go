package opensrs

import (
	"bytes"
	"context"
	"crypto/md5" //nolint:gosec // the protocol's choice (opensrs.md §3)
	"crypto/subtle"
	"encoding/hex"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

// message is one request as HTTP delivered it.
type message struct {
	user        string // X-Username
	signature   string // X-Signature
	env         account.Environment
	ip          netip.Addr
	idempotency string
	body        []byte
	// more reads what a client sent behind a Content-Length that was counted in characters; nil where nothing can follow.
	more     func(body []byte) []byte
	extended bool
	// admit counts the connection under its reseller; nil without limits.
	admit func(account.ID) error
}

// Signature is md5hex(md5hex(body + key) + key) over the exact octets of the body (opensrs.md §3).
func Signature(body []byte, key string) string {
	return hashWith([]byte(hashWith(body, key)), key)
}

func hashWith(data []byte, key string) string {
	h := md5.New() //nolint:gosec // see Signature
	h.Write(data)
	h.Write([]byte(key))
	return hex.EncodeToString(h.Sum(nil))
}

// signed reports whether the signature fits, in constant time; upper-case hexadecimal is taken too.
func (m *message) signed(key string) bool {
	want := Signature(m.body, key)
	return subtle.ConstantTimeCompare([]byte(want), []byte(strings.ToLower(m.signature))) == 1
}

// verify is signed, and once more with the rest of a body whose length was counted in characters (§2.1).
func (m *message) verify(key string) bool {
	if m.signed(key) {
		return true
	}
	if m.more == nil || m.extended || m.complete() {
		return false
	}
	m.extended = true
	m.body = m.more(m.body)
	return m.signed(key)
}

// complete reports whether nothing of the body can be missing: it ends as a document does, and holds no character that is
// longer than one octet.
func (m *message) complete() bool {
	if !bytes.HasSuffix(bytes.TrimSpace(m.body), []byte("</OPS_envelope>")) {
		return false
	}
	for _, b := range m.body {
		if b >= 0x80 {
			return false
		}
	}
	return true
}

// resellerRate is the platform's own default; the vendor publishes none (§2.3).
var resellerRate = command.Rule{Name: "opensrs.reseller", Count: 10, Per: time.Second}

// authenticate gives the caller, by user, signature and then address: the key decides the environment, and test accounts
// have no address rules, so the address cannot be judged earlier.
func (d *Dialect) authenticate(ctx context.Context, m *message) (command.Caller, error) {
	r := d.deps.Runner
	if until, blocked := r.Blocked(dialectName, m.ip); blocked {
		e := errs.E(errs.Blocked, "the address is blocked")
		e.RetryAfter = until.Sub(r.Clocks().Wall())
		return command.Caller{}, e
	}
	if m.user = strings.TrimSpace(m.user); m.user == "" || len(m.signature) != 2*md5.Size {
		return command.Caller{}, errs.E(errs.Auth, "user name or signature missing")
	}
	c, err := r.LoginShared(ctx, account.SharedKey, command.Login{Dialect: dialectName, Login: m.user, IP: m.ip, Env: m.env, Verify: m.verify, Rule: command.IPMustMatch})
	if err != nil {
		return c, err
	}
	if m.admit != nil {
		if err := m.admit(c.Account.ID); err != nil {
			return c, err
		}
	}
	return c, r.Spend(ctx, resellerRate, strconv.FormatInt(int64(c.Account.ID), 10))
}
