package autodns

import (
	"context"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/xmlx"
)

// request is one document on its way through the door.
type request struct {
	http  *http.Request
	ip    netip.Addr
	stid  string
	root  *xmlx.Node
	lang  string // as asked, "" for the account's own
	ctid  string // of tasks that have none
	token string // session that the request is made in

	caller command.Caller
	user   who // who is logged in
	owner  who // whose objects are worked with
	orders int // objects of tasks seen so far, for idempotency keys
}

// who is a user in a context. In error texts of a failed log-in the context is as the client sent it.
type who struct{ user, context string }

// String is the pair as the gateway shows it in status objects.
func (w who) String() string { return w.user + ", " + w.context }

func (w who) el(name string) el {
	return block(name, leaf("user", w.user), leaf("context", w.context))
}

// maxCtid bounds the client's own transaction id in octets; it is stored with orders.
const maxCtid = 255

func (d *Dialect) newRequest(r *http.Request) *request {
	q := &request{http: r, stid: d.stid.next(d.run.Clocks().Wall())}
	if ap, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		q.ip = ap.Addr().Unmap()
	}
	return q
}

// open takes from the document what concerns all its tasks.
func (q *request) open(root *xmlx.Node) {
	q.root = root
	switch l := strings.ToLower(root.ChildTrim("language")); {
	case strings.HasPrefix(l, "de"):
		q.lang = "de"
	case l != "":
		q.lang = "en"
	}
	q.ctid = clipCtid(root.ChildTrim("ctid"))
}

func clipCtid(s string) string {
	if len(s) <= maxCtid {
		return s
	}
	s = s[:maxCtid]
	for !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	return s
}

// german reports whether texts are to be German: as asked, else as the account's profile says (autodns-xml.md §2).
func (q *request) german() bool {
	if q.lang == "" {
		return q.caller.Account.Language == "de"
	}
	return q.lang == "de"
}

// language is the word of the answers' language.
func (q *request) language() string {
	if q.german() {
		return "de"
	}
	return "en"
}

// note tells journal and metrics about the request. word is a task code of the closed list, or empty.
func (q *request) note(ctx context.Context, word string, err error) {
	t := dialect.TraceOf(ctx)
	t.RequestID, t.Account = q.stid, q.caller.Account.Name
	if t.Command == "" {
		t.Command = word
	}
	if err != nil && t.Err == nil {
		t.Err = err
	}
}

// truthy reads a boolean as the vendor's own adapter does: 1 and true are true, anything else is false (autodns-xml.md §6.1).
func truthy(s string) bool {
	s = strings.TrimSpace(s)
	return s == "1" || strings.EqualFold(s, "true")
}

// clip shortens what is shown of a value.
func clip(s string) string {
	if r := []rune(s); len(r) > 100 {
		return string(r[:100]) + "…"
	}
	return s
}

// given reports whether an element says anything: text, or children.
func given(n *xmlx.Node) bool { return n != nil && (len(n.Children) > 0 || n.Trim() != "") }

// whole reads a whole number of a sensible size.
func whole(path, text string) (int, *errs.Error) {
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		return 0, bad(errs.Invalid, path, text, "is not a whole number")
	}
	return int(n), nil
}
