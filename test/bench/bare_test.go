package bench

import (
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/store/db"
)

var prague = func() *time.Location {
	l, err := time.LoadLocation("Europe/Prague")
	if err != nil {
		panic(err)
	}
	return l
}()

func sha1Hex(s string) string {
	sum := sha1.Sum([]byte(s))
	return hex.EncodeToString(sum[:])
}

// bare is a net/http handler that asks the same of the same database: a domain of an account by name, and its contacts. No
// log-in, no dialect, no journal.
func (s *site) bare(t testing.TB) asking {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	srv := &http.Server{Handler: bareHandler{s.db, int64(s.alpha)}}
	go srv.Serve(l)
	t.Cleanup(func() { srv.Close() })
	return asking{name: "bare net/http handler, two queries", addr: l.Addr().String(), success: `"Name":"Jane Doe"`, request: func(name string) []byte {
		return httpRequest(http.MethodGet, "/?name="+name, "")
	}}
}

type bareHandler struct {
	db      db.DB
	account int64
}

type bareDomain struct {
	ID, Created, Updated, Expires     int64
	Domain, Statuses, Servers, Secret string
	Contacts                          []bareContact
}

type bareContact struct {
	ID   int64
	Name string
	Data json.RawMessage
}

func (h bareHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d, err := h.read(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(d)
}

func (h bareHandler) read(r *http.Request) (d bareDomain, err error) {
	var ids [4]int64
	err = h.db.QueryRow(r.Context(), `SELECT id, name, statuses, servers, auth_info, created, updated, expires, registrant, admin, tech, billing
		FROM domain WHERE account_id = $1 AND name = $2`, h.account, r.URL.Query().Get("name")).
		Scan(&d.ID, &d.Domain, &d.Statuses, &d.Servers, &d.Secret, &d.Created, &d.Updated, &d.Expires, &ids[0], &ids[1], &ids[2], &ids[3])
	if err != nil {
		return d, err
	}
	rows, err := h.db.Query(r.Context(), `SELECT id, data FROM contact WHERE account_id = $1 AND id IN ($2, $3, $4, $5) ORDER BY id`,
		h.account, ids[0], ids[1], ids[2], ids[3])
	d.Contacts, err = db.Collect(rows, err, func(r db.Rows) (c bareContact, err error) {
		var text string
		if err := r.Scan(&c.ID, &text); err != nil {
			return c, err
		}
		var name struct{ FirstName, LastName string }
		if err := json.Unmarshal([]byte(text), &name); err != nil {
			return c, err
		}
		c.Name, c.Data = name.FirstName+" "+name.LastName, json.RawMessage(text)
		return c, nil
	})
	return d, err
}
