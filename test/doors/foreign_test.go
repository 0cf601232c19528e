package doors

import (
	"errors"
	"net/http"
	"strconv"
	"testing"
)

// belongings are what another account has: an order with its message, and contacts with a handle in each interface.
type belongings struct {
	job, message string
	result       string            // of an order through DMAPI, which shows no others
	contacts     map[string]string // by door
}

// furnish orders a name for an account through the interface that leaves a message, and makes contacts.
func furnish(t *testing.T, w *world, account string) belongings {
	t.Helper()
	c := newRobot(w, account)
	o := goodOrder("of-" + account + ".com")
	o.handle = handle(t, c)
	r, err := c.call(http.MethodPost, "/domain", domainObject(o))
	must(t, c.done(r, err))
	b := belongings{job: r.each("data")[0].text("id"), contacts: map[string]string{"domainrobot": o.handle, "autodns": o.handle}}
	r, err = c.call(http.MethodGet, "/poll", nil)
	must(t, err)
	b.message = r.text("object", "value")
	d, j := newDMAPI(w, account), newWAPI(w, account, "json")
	made, err := d.call("contact-create", d.contactParams(jane())...)
	must(t, err)
	b.result = made.first("Proc-ID")
	b.contacts["dmapi"], b.contacts["wapi json"] = handle(t, d), handle(t, j)
	b.contacts["wapi xml"] = b.contacts["wapi json"]
	for what, id := range map[string]string{"job": b.job, "message": b.message, "result": b.result} {
		if _, err := strconv.Atoi(id); err != nil {
			t.Fatalf("no %s: %q", what, id)
		}
	}
	return b
}

// none is b with numbers that nobody has.
func (b belongings) none(t *testing.T) belongings {
	t.Helper()
	far := func(s string) string { return s[:len(s)-4] + "9876" }
	n := belongings{job: far(b.job), message: far(b.message), result: far(b.result), contacts: map[string]string{}}
	for door, h := range b.contacts {
		n.contacts[door] = far(h)
	}
	return n
}

// touch reads and changes belongings through a door.
func touch(c client, b belongings) map[string]func() error {
	handle := b.contacts[c.door()]
	switch c := c.(type) {
	case *dmapi:
		return map[string]func() error{
			"contact": func() error { return only(c.call("query-whois", "contact", handle)) },
			"order":   func() error { return only(c.call("result-retrieve", "Proc-ID", b.result)) },
			"delete":  func() error { return only(c.call("result-delete", "Proc-ID", b.result)) },
		}
	case *opensrs:
		return map[string]func() error{
			"order": func() error { return only(c.call("GET_ORDER_INFO", "DOMAIN", items{"order_id": b.job})) },
		}
	case *wapi:
		return map[string]func() error{
			"contact": func() error { return only(c.call("contact-info", map[string]any{"tld": "com", "cname": handle})) },
			"update": func() error {
				return only(c.call("contact-update", map[string]any{"tld": "com", "cname": handle, "contact": contactItems(jane())}))
			},
			"notice": func() error { return only(c.call("poll-ack", map[string]any{"id": b.message})) },
		}
	case *robot:
		call := func(method, path string, body any) func() error {
			return func() error { return only(c.call(method, path, body)) }
		}
		return map[string]func() error{
			"contact": call(http.MethodGet, "/contact/"+handle, nil), "update": call(http.MethodPut, "/contact/"+handle, map[string]any{"city": "Hamburg"}),
			"order": call(http.MethodGet, "/job/history/"+b.job, nil), "open order": call(http.MethodGet, "/job/"+b.job, nil),
			"notice": call(http.MethodPut, "/poll/"+b.message, nil),
		}
	case *autodns:
		call := func(code string, children ...string) func() error {
			return func() error { return only(c.call(code, children...)) }
		}
		return map[string]func() error{
			"contact": call("0304", block("handle", el("id", handle))), "update": call("0302", block("handle", el("id", handle), el("city", "Hamburg"))),
			"order": call("300134", block("job", el("id", b.job))), "notice": call("0906", block("message", el("id", b.message))),
		}
	}
	return nil
}

// TestForeignBelongingsLookMissing: contacts, orders and messages of another account are answered with the same octets as
// numbers that nobody has, through every door; DMAPI alone tells contacts apart, as it does names.
func TestForeignBelongingsLookMissing(t *testing.T) {
	t.Parallel()
	w := start(t, setup{})
	theirs := furnish(t, w, "beta")
	mine := furnish(t, w, "alpha")
	none := theirs.none(t)
	for _, c := range w.clients("alpha") {
		foreign, missing, own := touch(c, theirs), touch(c, none), touch(c, mine)
		for what := range foreign {
			before := w.dump(t)
			f, m := refusedBy(t, c, what, foreign[what]), refusedBy(t, c, what, missing[what])
			if diff := sameRows(before, w.dump(t)); diff != "" {
				t.Errorf("%s, %s: changed%s", c.door(), what, diff)
			}
			if f == nil || m == nil {
				continue
			}
			if c.door() == "dmapi" && what == "contact" {
				if f.code != "200 2202" || m.code != "200 2303" {
					t.Errorf("dmapi, contact: foreign %s, missing %s", f.code, m.code)
				}
				continue
			}
			if masked(f, theirs, c) != masked(m, none, c) {
				t.Errorf("%s: a foreign %s is told from a missing one:\n%s\n%s", c.door(), what, f.body, m.body)
			}
		}
		for _, what := range []string{"contact", "order"} { // the same requests find what is the caller's
			if do := own[what]; do != nil {
				if err := do(); err != nil {
					t.Errorf("%s: the own %s: %v", c.door(), what, err)
				}
			}
		}
	}
}

func refusedBy(t *testing.T, c client, what string, do func() error) *answer {
	t.Helper()
	err := do()
	var a *answer
	if !errors.As(err, &a) {
		t.Errorf("%s, %s: no refusal but %v", c.door(), what, err)
		return nil
	}
	return a
}

func masked(a *answer, b belongings, c client) string {
	out := *a
	for _, id := range []string{b.contacts[c.door()], b.job, b.message, b.result} {
		if id != "" {
			out.body = []byte(shown(&out, id))
			out.status = 0
		}
	}
	return string(out.body)
}
