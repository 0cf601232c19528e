package domainrobot

import (
	"net/http"
	"time"

	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// answer is what a handler says; envelope gives it its form (domainrobot-json.md §3).
type answer struct {
	status   int    // HTTP status, 0 for 200
	letter   byte   // S, N or E; 0 for S
	code     string // whole status code where it is not letter and task
	object   jsonx.Obj
	data     []jsonx.Obj // left out when nil
	texts    []string    // in place of data, for a task whose data are texts
	messages []message
	header   http.Header

	raw         []byte // a document in place of an envelope
	contentType string // of raw
}

// message is a note, warning or error. Nested messages do not occur: some clients cannot read them (domainrobot-json.md §3).
type message struct {
	text, notice string
	code         string
	status       string // ERROR, NOTICE, SUCCESS, NOTIFY
	objects      []jsonx.Obj
}

func (m message) json() jsonx.Obj {
	o := jsonx.Obj{{"text", m.text}}
	o.AddIf(m.notice != "", "notice", m.notice)
	o.AddIf(len(m.objects) > 0, "objects", m.objects)
	o.AddIf(m.code != "", "code", m.code)
	o.Add("status", m.status)
	return o
}

// statusTypes are the types that belong to a code's letter.
var statusTypes = map[byte]string{'S': "SUCCESS", 'N': "NOTIFY", 'E': "ERROR"}

// envelope writes the answer in the order of keys that the original keeps. Its status type follows the letter.
func (q *request) envelope(a answer) []byte {
	o := append(jsonx.Obj{{"stid", q.stid}}, q.inner(a)...)
	o.AddIf(q.ctid != "", "ctid", q.ctid)
	return jsonx.Marshal(o)
}

// inner is an answer without what belongs to the whole request: one of those in the answer to a bulk task (domainrobot-json.md §3.2).
func (q *request) inner(a answer) jsonx.Obj {
	if a.letter == 0 {
		a.letter = 'S'
	}
	if a.code == "" {
		a.code = q.route.status(a.letter)
	}
	var o jsonx.Obj
	if len(a.messages) > 0 {
		list := make([]jsonx.Obj, len(a.messages))
		for i, m := range a.messages {
			list[i] = m.json()
		}
		o.Add("messages", list)
	}
	o.Add("status", jsonx.Obj{{"code", a.code}, {"text", statusText(a.code, q.german())}, {"type", statusTypes[a.letter]}})
	o.AddIf(a.object != nil, "object", a.object)
	o.AddIf(a.data != nil, "data", a.data)
	o.AddIf(a.texts != nil, "data", a.texts)
	return o
}

// one is the answer about a single object.
func one(class, value string, data ...jsonx.Obj) answer {
	return answer{object: generic(class, value), data: data}
}

// list is the answer to a search: total counts the filter's hits, not the page's.
func list(class string, total int, data []jsonx.Obj) answer {
	if data == nil {
		data = []jsonx.Obj{}
	}
	return answer{object: jsonx.Obj{{"type", class}, {"summary", total}}, data: data}
}

// generic is an object of a message.
func generic(class, value string) jsonx.Obj {
	o := jsonx.Obj{{"type", class}}
	o.AddIf(value != "", "value", value)
	return o
}

// stamp is a time in the form of the original: milliseconds, a zone without colon (domainrobot-json.md §1.3). The zone is UTC.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000-0700") }

// addTime adds a time unless it is zero.
func addTime(o *jsonx.Obj, name string, t time.Time) { o.AddIf(!t.IsZero(), name, stamp(t)) }

// changed is when an object was last changed: when it was made if never.
func changed(created, updated time.Time) time.Time {
	if updated.IsZero() {
		return created
	}
	return updated
}
