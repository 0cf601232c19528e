package doors

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/store/db"
)

// bad is one unusable or refused request: the code that its reference gives it, and who sends it.
type bad struct {
	name string
	want string // "" for a request just inside the limit, which is answered
	send func() error
}

// refuseAll sends each and compares code and all stored rows.
func (w *world) refuseAll(t *testing.T, cases []bad) {
	t.Helper()
	before := w.dump(t)
	for _, c := range cases {
		err := c.send()
		var a *answer
		if got := codeOf(err); got != c.want {
			t.Errorf("%s: %q, want %q (%v)", c.name, got, c.want, err)
		} else if c.want != "" && (!errors.As(err, &a) || strings.Trim(a.text, ": ") == "") {
			t.Errorf("%s: a refusal without words: %v", c.name, err)
		}
		after := w.dump(t)
		if diff := sameRows(before, after); diff != "" {
			t.Errorf("%s: changed%s", c.name, diff)
		}
		before = after
	}
	w.proven(t)
}

// only gives the error of a call.
func only[T any](_ T, err error) error { return err }

// fence lets the account "fenced" in from addresses elsewhere alone.
func (w *world) fence(t *testing.T) {
	t.Helper()
	ctx, s := context.Background(), w.app.Core().Store
	must(t, s.InTx(ctx, func(ctx context.Context, tx command.Tx) error {
		a, err := tx.AccountByName(ctx, account.Live, "fenced")
		if err != nil {
			return err
		}
		for _, d := range []string{"dmapi", "opensrs", "wapi", "domainrobot"} {
			set, err := tx.Settings(ctx, a.ID, d)
			if err != nil {
				return err
			}
			set.AllowedIPs = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8::/32")}
			if err := tx.PutSettings(ctx, set); err != nil {
				return err
			}
		}
		return nil
	}))
}

// expire lets a time of disuse pass over all sessions.
func (w *world) expire(t *testing.T, disuse time.Duration) {
	t.Helper()
	must(t, w.core.InTx(context.Background(), func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE session SET used = used - $1`, disuse.Microseconds())
		return err
	}))
}

// cut sends a request that announces more octets than it has, and reads the answer.
func (w *world) cut(path, contentType string, header http.Header, body []byte) (int, http.Header, []byte, error) {
	addr := strings.TrimPrefix(w.https, "https://")
	conn, err := tls.Dial("tcp", addr, &tls.Config{RootCAs: w.roots, ServerName: "localhost", MinVersion: tls.VersionTLS12})
	if err != nil {
		return 0, nil, nil, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		return 0, nil, nil, err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: %d\r\n", path, contentType, len(body)+7)
	if err := header.Write(&b); err != nil {
		return 0, nil, nil, err
	}
	b.WriteString("\r\n")
	b.Write(body)
	if _, err := conn.Write(b.Bytes()); err != nil {
		return 0, nil, nil, err
	}
	if err := conn.CloseWrite(); err != nil {
		return 0, nil, nil, err
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return 0, nil, nil, fmt.Errorf("no answer to a body that is cut off: %w", err)
	}
	defer res.Body.Close()
	octets, err := io.ReadAll(res.Body)
	return res.StatusCode, res.Header, octets, err
}

// pad fills a document with blanks before its last bytes, up to a size.
func pad(doc []byte, size, keep int) []byte {
	at := len(doc) - keep
	out := append([]byte{}, doc[:at]...)
	out = append(out, bytes.Repeat([]byte{' '}, size-len(doc))...)
	return append(out, doc[at:]...)
}

// Document types that a parser must not act on.
const (
	laughs = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>`
	leak   = `<!DOCTYPE x [<!ENTITY c SYSTEM "file:///etc/hostname">]>`
	subset = `<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd"> %p;]>`
	outer  = `<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">`
)

// nested is an element n levels deep.
func nested(n int) string { return strings.Repeat("<a>", n) + strings.Repeat("</a>", n) }

// orders are the refusals of registrations that every door has, with the dialect's codes.
type orderCodes struct{ tld, name, taken, period, funds, busy string }

// badOrders are orders through a door: c orders for alpha, poor for an account with too little money. busy.com is being
// registered already.
func badOrders(t *testing.T, c, poor client, codes orderCodes) []bad {
	t.Helper()
	mine, theirs := handle(t, c), handle(t, poor)
	try := func(c client, h, name string, years int) func() error {
		return func() error {
			return c.register(order{name: name, years: years, servers: platformServers, handle: h, owner: jane()})
		}
	}
	return []bad{
		{"unknown ending", codes.tld, try(c, mine, "name.unknown", 1)},
		{"invalid name", codes.name, try(c, mine, "-bad-.com", 1)},
		{"invalid name, underscore", codes.name, try(c, mine, "bad_name.com", 1)},
		{"name of a host", codes.name, try(c, mine, "www.name.com", 1)},
		{"taken by the caller", codes.taken, try(c, mine, "alpha-owned.com", 1)},
		{"taken by another account", codes.taken, try(c, mine, "beta-owned.com", 1)},
		{"taken elsewhere", codes.taken, try(c, mine, "incoming.com", 1)},
		{"period too long", codes.period, try(c, mine, "too-long.com", 11)},
		{"no funds", codes.funds, try(poor, theirs, "no-funds.com", 1)},
		{"second open order", codes.busy, try(c, mine, "busy.com", 1)},
		{"second open order, another account", codes.busy, try(poor, theirs, "busy.com", 1)},
	}
}

// badWorld is a world in which busy.com is being registered, and nobody gets in from here as "fenced".
func badWorld(t *testing.T, s setup) *world {
	t.Helper()
	s.pending = func(_, name string) bool { return name == "busy.com" }
	w := start(t, s)
	beta := newRobot(w, "beta")
	must(t, asked(beta, order{name: "busy.com", years: 1, servers: platformServers, handle: handle(t, beta), owner: jane()}))
	w.fence(t)
	return w
}
