package domainrobot

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// FuzzBody reads bodies in every way that tasks do, without a store behind the door. The corpus are the transcripts' bodies.
func FuzzBody(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, file := range files {
		for _, part := range readArchive(f, file).Files {
			if _, body, ok := bytes.Cut(part.Data, []byte("\n\n")); ok && strings.HasSuffix(part.Name, ".request") {
				f.Add(bytes.TrimSuffix(body, []byte("\n")))
			}
		}
	}
	d := New(dialect.Deps{Runner: command.NewRunner(command.Config{Clocks: clock.System()}, catalog.New(nil, nil))})
	f.Fuzz(func(t *testing.T, body []byte) {
		q := d.newRequest(httpRequest("POST", "/v1/domain"))
		q.http.Body = io.NopCloser(bytes.NewReader(body))
		d.Mask(body)
		if q.readBody() != nil {
			return
		}
		r := &reader{v: q.body, path: "x"}
		k := q.freshContact(r, "contact.")
		jsonx.Marshal(writeExtensions(k))
		readYears(r)
		refuseServices(r, q)
		readRegistryStatus(r)
		readAutoRenew(r)
		readKeys(r)
		_, _ = readCancelation(q, execution{word: execExpire})
		d.nackReason(r, "a.com")
		d.readServers(r)
		q.keys()
		if v := q.body.Get("ownerc"); v.Kind == jsonx.Object && !v.Get("id").Given() {
			_, _, _ = d.contactRef(context.Background(), q, r, domain.Registrant, map[string]command.ContactRef{})
		}
		_, _ = q.loginData()
		_, _ = d.candidates(q)
		_, _ = priceFilters(q.body)
		columns := map[string]column{}
		for key, col := range domainColumns {
			if col.exact && col.build == nil && key != "autorenew" {
				continue // asks the store for a contact
			}
			columns[key] = col
		}
		_, _ = (&search{d: d, q: q, columns: columns}).query(context.Background())
		if err := r.Err(); err != nil {
			if out := q.envelope(d.failure(q, err)); len(out) == 0 {
				t.Error("no answer")
			}
		}
	})
}
