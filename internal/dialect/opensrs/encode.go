package opensrs

import (
	"bytes"
	"os"
	"strconv"
	"time"

	"github.com/polyreg/polyreg/internal/wire/xmlx"
)

// reply is what a command answers.
type reply struct {
	code   int
	text   string
	attrs  *value // left out when nil
	action string // "" is REPLY
	object string
	// transaction is the top-level transaction_id, "" for none (§4.4).
	transaction string
	first       []item // behind protocol; only with noObject
	noObject    bool   // NAME_SUGGEST alone (§4.3)
	middle      []item // between action and attributes; with noObject before action
	last        []item // behind is_success
	quit        bool   // close the connection
}

// success reports whether the code is one of the good ones (§5).
func (r *reply) success() bool {
	switch r.code {
	case 200, 210, 211, 221, 250:
		return true
	}
	return false
}

func ok(text string, attrs *value) *reply { return &reply{code: 200, text: text, attrs: attrs} }

var layout = xmlx.Layout{Indent: " ", Newline: "\n", EscapeQuotes: true, SplitEmpty: true}

func (r *reply) encode() []byte { return envelope(r.top()) }

// envelope writes a document in the recorded layout (§4.3): indentation, quotes, no line end behind the last tag.
func envelope(top *value) []byte {
	w := xmlx.NewWriter(layout)
	w.Head(`<?xml version='1.0' encoding="UTF-8" standalone="no" ?>`)
	w.Head(`<!DOCTYPE OPS_envelope SYSTEM "ops.dtd">`)
	w.Start("OPS_envelope")
	w.Start("header")
	w.Elem("version", "0.9")
	w.End()
	w.Start("body")
	w.Start("data_block")
	write(w, top)
	out := bytes.TrimSuffix(w.Bytes(), []byte("\n"))
	// The real encoder sets this one tag a blank further in.
	return bytes.Replace(out, []byte("\n </header>\n"), []byte("\n  </header>\n"), 1)
}

// top are the reply's items in the order that clients depend on.
func (r *reply) top() *value {
	action := r.action
	if action == "" {
		action = "REPLY"
	}
	v := hash("protocol", "XCP")
	if !r.noObject {
		v.set("object", text(r.object))
	}
	v.items = append(v.items, r.first...)
	v.set("response_text", text(r.text))
	if r.noObject {
		v.items = append(v.items, r.middle...)
	}
	if r.transaction != "" {
		v.set("transaction_id", text(r.transaction))
	}
	v.set("action", text(action))
	if !r.noObject {
		v.items = append(v.items, r.middle...)
	}
	if r.attrs != nil {
		v.set("attributes", r.attrs)
	}
	v.set("response_code", text(strconv.Itoa(r.code))).set("is_success", text(flag(r.success())))
	v.items = append(v.items, r.last...)
	return v
}

func write(w *xmlx.Writer, v *value) {
	tag := "dt_assoc"
	if v.form == array {
		tag = "dt_array"
	}
	w.Start(tag)
	for _, it := range v.items {
		if it.value.form == scalar {
			w.Elem("item", it.value.text, "key", it.key)
			continue
		}
		w.Start("item", "key", it.key)
		write(w, it.value)
		w.End()
	}
	w.End()
}

// The forms of times (§4.5). Lists of orders show Toronto's local time, everything else UTC.
const (
	dateTime  = "2006-01-02 15:04:05"
	orderTime = "02-Jan-2006 15:04:05" // month in capitals
	eventTime = "2006-01-02T15:04:05Z"
)

func utc(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(dateTime)
}

func toronto(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return string(bytes.ToUpper([]byte(t.In(torontoZone).Format(orderTime))))
}

func epoch(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return strconv.FormatInt(t.Unix(), 10)
}

// transactionID is the id of a single exchange: local time, process, and a sequence that is always 101 (§4.4).
func transactionID(wall time.Time) string {
	return wall.In(torontoZone).Format(dateTime) + " " + strconv.Itoa(os.Getpid()) + " 101"
}
