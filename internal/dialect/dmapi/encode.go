package dmapi

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/id"
)

// Versions of the interface as the headers show them (§3.2).
const (
	versionLogin = "1.2"
	versionFull  = "1.2.53"
)

// header is one line of the header block.
type header struct{ name, value string }

// reply is an answer before it is bytes. The zero value is a success with an empty body.
type reply struct {
	status     int // of HTTP; 0 means 200
	code       int
	text       string // Status-Text; "" means the usual one of code 0
	nack       bool
	login      bool // the header block of login: its own order and version, SvTrId, no HTTP Server
	tracking   string
	noTracking bool   // query-domain-list shows none
	procID     string // decimal
	balance    string // decimal
	noBalance  bool
	extra      []header // login's own headers
	errors     []string
	warnings   []string
	columns    []string
	separator  string // TAB, or "" for a blank without header
	rowCount   string
	body       string // without a LF at the end
	bodyLF     bool   // a LF follows the body's last line (§3.1 rule 4)
	cookie     string // session named by Set-Cookie
}

// bytes is the envelope (§3.1): LF alone, one blank behind the colon, an empty line behind the headers, always.
func (rp *reply) bytes() []byte {
	var b bytes.Buffer
	line := func(name, value string) {
		b.WriteString(name)
		b.WriteString(": ")
		b.WriteString(oneLine(value))
		b.WriteByte('\n')
	}
	optional := func(name, value string) {
		if value != "" {
			line(name, value)
		}
	}
	result := "ACK"
	if rp.nack {
		result = "NACK"
	}
	status := rp.text
	if status == "" {
		status = statusText[0]
	}
	if rp.login {
		line("Status-Code", strconv.Itoa(rp.code))
		line("Status-Text", status)
		line("Result", result)
		optional("SvTrId", rp.tracking)
		optional("Tracking-Id", rp.tracking)
		line("Version", versionLogin)
		for _, h := range rp.extra {
			line(h.name, h.value) // empty ones too: clients need the blank
		}
	} else {
		line("Version", versionFull)
		line("Status-Code", strconv.Itoa(rp.code))
		line("Status-Text", status)
		line("Result", result)
		if !rp.noTracking {
			optional("Tracking-Id", rp.tracking)
		}
		optional("Proc-ID", rp.procID)
		optional("Account-Balance", rp.balance)
	}
	for _, e := range rp.errors {
		line("Error", e)
	}
	for _, w := range rp.warnings {
		line("Warning", w)
	}
	optional("Columns", strings.Join(rp.columns, ","))
	optional("Separator", rp.separator)
	optional("Row-Count", rp.rowCount)
	b.WriteByte('\n')
	b.WriteString(rp.body)
	if rp.bodyLF && rp.body != "" {
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// oneLine keeps a value on its line: no line ends and no other control characters.
func oneLine(s string) string {
	if strings.IndexFunc(s, isControl) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if isControl(r) {
			return ' '
		}
		return r
	}, s)
}

func isControl(r rune) bool {
	return r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == 0x2028 || r == 0x2029
}

// write sends the reply with the HTTP headers of the real service (§1, §4.3).
func (rq *request) write(w http.ResponseWriter, rp *reply) {
	octets := rp.bytes()
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(octets)))
	if !rp.login {
		h.Set("Last-Modified", rq.d.wall().UTC().Format(http.TimeFormat))
		h.Set("Server", "DMAPI/"+versionFull)
	}
	if rp.cookie == "" {
		rp.cookie = rq.sid
	}
	if rp.cookie != "" {
		h.Set("Set-Cookie", sessionCookie+"="+rp.cookie+"; path=/"+rq.cookieFlags())
	}
	switch rp.status {
	case 0:
		rp.status = http.StatusOK
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", `DMAPI realm="dmapi"`)
	case http.StatusMethodNotAllowed:
		h.Set("Allow", "GET, POST")
	}
	w.WriteHeader(rp.status)
	_, _ = w.Write(octets) // a client that has gone is no fault of ours
}

// cookieFlags keep the cookie from scripts, and under TLS from plain connections.
func (rq *request) cookieFlags() string {
	if rq.http.TLS != nil {
		return "; HttpOnly; Secure"
	}
	return "; HttpOnly"
}

// showBalance adds Account-Balance to the replies of a caller who has logged in, where the reply has none yet.
func (rq *request) showBalance(ctx context.Context, rp *reply) {
	if rp.login || rp.noBalance || rp.balance != "" || rq.caller.Account.ID == 0 {
		return
	}
	b, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.Balance{})
	if err != nil {
		rq.d.deps.Log.Warn("balance could not be read for a reply", "request_id", rq.tracking, "err", err)
		return
	}
	rp.balance = b.Amount().Decimal()
}

// accepted is the reply to an order: its number, and the balance as it left it.
func accepted(out command.Outcome) *reply {
	rp := &reply{}
	if out.Order.Number != 0 {
		rp.procID = strconv.FormatInt(int64(out.Order.Number), 10)
	}
	if out.Balance.Currency != "" {
		rp.balance = out.Balance.Amount().Decimal()
	}
	if out.NoChange {
		rp.warnings = append(rp.warnings, "Nothing to change")
	}
	return rp
}

// rows is a list's body: fields are joined by sep, an empty one is "-", and only the last may hold the separator (§3.3).
type rows struct {
	sep   string
	lines []string
}

// table is the list form of the request: tabs below /v2/, else a blank.
func (rq *request) table() *rows {
	if rq.v2 {
		return &rows{sep: "\t"}
	}
	return &rows{sep: " "}
}

func (t *rows) add(fields ...string) {
	for i, f := range fields {
		f = oneLine(f)
		if i < len(fields)-1 && t.sep == " " {
			f = strings.Join(strings.Fields(f), "_")
		}
		if f == "" {
			f = "-"
		}
		fields[i] = f
	}
	t.lines = append(t.lines, strings.Join(fields, t.sep))
}

// into makes the rows the reply's body.
func (t *rows) into(rp *reply) *reply {
	rp.body = strings.Join(t.lines, "\n")
	if t.sep == "\t" {
		rp.separator = "TAB"
	}
	return rp
}

// facts is a body of "key: value" lines; those without value are left out (§7.2.2).
type facts struct{ strings.Builder }

func (f *facts) add(key, value string) {
	if value = oneLine(value); value == "" {
		return
	}
	if f.Len() > 0 {
		f.WriteByte('\n')
	}
	f.WriteString(key)
	f.WriteString(": ")
	f.WriteString(value)
}

// trackingID is 32 lower-case hex digits, of which the first 16 are the time in steps of 100 ns since 1601 (§3.2).
func trackingID(wall time.Time) string {
	const from1601 = 11644473600 // seconds to the Unix epoch
	steps := (wall.Unix()+from1601)*10_000_000 + int64(wall.Nanosecond())/100
	return fmt.Sprintf("%016x", uint64(steps)) + id.Hex(8)
}

// stamp is the 14-digit date form of lists and query-whois, in UTC.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("20060102150405")
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

func bit(b bool) string {
	if b {
		return "1"
	}
	return "0"
}
