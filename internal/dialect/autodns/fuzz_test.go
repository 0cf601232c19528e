package autodns

import (
	"bytes"
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/xmlx"
)

// FuzzRequest reads documents in every way that tasks do, without a store behind the door. The corpus are the transcripts'
// requests and the raw ones of the quirks.
func FuzzRequest(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, p := range archiveFiles(data) {
			f.Add([]byte(p[1]))
		}
	}
	for _, q := range quirks {
		f.Add([]byte(q.body))
	}
	d := New(dialect.Deps{Runner: command.NewRunner(command.Config{Clocks: clock.System()}, catalog.New(nil, nil))})
	f.Fuzz(func(t *testing.T, body []byte) {
		d.Mask(body)
		d.Claims(httptest.NewRequest("POST", "/", nil), body[:min(len(body), 512)])
		q := d.newRequest(httptest.NewRequest("POST", "/", bytes.NewReader(body)))
		if err := q.read(); err != nil {
			check(t, q.document([]result{d.refusal(q, err)}))
			return
		}
		_ = d.actFor(context.Background(), q)
		var out []result
		for _, n := range q.root.ChildrenNamed("task") {
			tk := &task{d: d, q: q, node: n, ctid: clipCtid(n.ChildTrim("ctid"))}
			tk.code, _ = taskCode(n.ChildTrim("code"))
			tk.offer, _ = offered(tk.code)
			out = append(out, tk.notOffered())
			objects, err := tk.objects()
			if err != nil {
				out = append(out, tk.failure(err))
			}
			for _, o := range objects {
				tk.object = o
				out = append(out, readAll(tk))
			}
		}
		check(t, q.document(append(out, d.refusal(q, errs.E(errs.Auth, "x")))))
	})
}

// readAll reads a task's object as every handler would, and gives an answer that shows what was read.
func readAll(t *task) result {
	var l errs.List
	t.wholeContacts()
	t.forced()
	_ = t.notLater()
	_, _ = t.comment()
	k := newContact(t, t.object, "request.task.handle", "contact.", &l)
	refuseServices(t.object, &l)
	t.readServers(&l)
	t.period(&l)
	refuseKeys(t.object, &l)
	_, err := updatedKeys(t.object)
	l.Add(errs.As(err))
	_, _ = t.domainName()
	_, _ = t.readCancelation(exec{})
	_, _ = t.nackReason(t.object.ChildTrim("domain"))
	readAutoRenew(t.object, &l)
	readRegistryStatus(t.object, &l)
	for _, columns := range []map[string]column{withoutStore(domainColumns), withoutStore(contactColumns), jobColumns, historyColumns,
		cancelationColumns, transferColumns, autoDeleteColumns, withoutStore(restoreColumns)} {
		_, err := (&listing{t: t, columns: columns}).page(context.Background())
		l.Add(errs.As(err))
	}
	if err := l.Err(); err != nil {
		return t.failure(err)
	}
	return result{data: extensionEls(k)}
}

// withoutStore leaves out the columns whose values are looked up.
func withoutStore(columns map[string]column) map[string]column {
	out := map[string]column{}
	for key, c := range columns {
		if c.read == nil {
			out[key] = c
		}
	}
	return out
}

// check verifies that an answer is a document in the recorded form.
func check(t *testing.T, doc []byte) {
	t.Helper()
	root, err := xmlx.Parse(doc, xmlx.Options{Limits: xmlx.Limits{Bytes: 1 << 30, Nodes: 1 << 30}})
	if err != nil {
		t.Fatalf("%v: %s", err, doc)
	}
	for _, r := range root.ChildrenNamed("result") {
		if len(r.ChildrenNamed("status")) != 1 {
			t.Fatalf("%s", doc)
		}
	}
	if !strings.HasPrefix(string(doc), `<?xml version="1.0" encoding="UTF-8" standalone="no"?><response><result>`) {
		t.Fatalf("%s", doc)
	}
}
