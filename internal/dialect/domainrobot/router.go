package domainrobot

import (
	"context"
	"net/http"
	"strings"

	"github.com/polyreg/polyreg/internal/account"
)

// handler does one task.
type handler func(ctx context.Context, d *Dialect, q *request) (answer, error)

// route is one method and path of the interface, with its task code. handle is nil for a task this server does not offer.
type route struct {
	method  string
	pattern string
	code    string         // task code without letter, "" where the vendor gives none
	object  string         // class of the objects, for the envelope and messages
	need    account.Access // what the task asks of a credential, for the list of rights
	public  bool           // needs no log-in
	body    bool           // carries a body though its method usually has none
	handle  handler

	segs []string
}

// status is a status code of the route: letter and task code.
func (rt *route) status(letter byte) string {
	if rt == nil || rt.code == "" {
		return string(letter) + "00000"
	}
	return string(letter) + rt.code
}

// word names the task in journal, metrics and orders: its code where there is one.
func (rt *route) word() string {
	switch {
	case rt == nil:
		return ""
	case rt.code == "":
		return rt.pattern
	}
	return rt.code
}

// hasBody reports whether a request by this method carries a body that counts: that of GET and DELETE is ignored, but for
// searches (domainrobot-json.md §1.2).
func (rt *route) hasBody(method string) bool {
	return method != http.MethodGet && method != http.MethodDelete || rt.isSearch() || rt.body
}

func (rt *route) last() string   { return rt.segs[len(rt.segs)-1] }
func (rt *route) isSearch() bool { return rt.last() == "_search" }
func (rt *route) isAction() bool { return strings.HasPrefix(rt.last(), "_") }

// takes reports whether the route answers a method: GET and POST do for searches, PUT and POST for actions.
func (rt *route) takes(method string) bool {
	if rt.method == method {
		return true
	}
	switch method {
	case http.MethodGet:
		return rt.isSearch() && rt.method == http.MethodPost
	case http.MethodPost:
		return rt.isSearch() && rt.method == http.MethodGet || rt.isAction() && rt.method == http.MethodPut
	case http.MethodPut:
		return rt.isAction() && !rt.isSearch() && rt.method == http.MethodPost
	}
	return false
}

// match compares a path, without regard to case; args are the placeholders' values. A last placeholder with an asterisk takes
// the rest of the path.
func (rt *route) match(segs []string) (args map[string]string, ok bool) {
	rest := strings.HasSuffix(rt.last(), "*}")
	if len(segs) != len(rt.segs) && !(rest && len(segs) > len(rt.segs)) {
		return nil, false
	}
	for i, want := range rt.segs {
		switch {
		case rest && i == len(rt.segs)-1:
			args = put(args, strings.Trim(want, "{*}"), strings.Join(segs[i:], "/"))
		case want[0] == '{':
			args = put(args, strings.Trim(want, "{}"), segs[i])
		case !strings.EqualFold(want, segs[i]):
			return nil, false
		}
	}
	return args, true
}

func put(m map[string]string, k, v string) map[string]string {
	if m == nil {
		m = map[string]string{}
	}
	m[k] = v
	return m
}

// router finds routes by their first path element.
type router struct{ byFirst map[string][]*route }

func newRouter() *router {
	r := &router{byFirst: map[string][]*route{}}
	for _, rt := range append(offered(), declined()...) {
		rt.segs = segments(rt.pattern)
		first := strings.ToLower(rt.segs[0])
		r.byFirst[first] = append(r.byFirst[first], rt)
	}
	return r
}

// find gives the route for method and path: the one with the fewest placeholders, then one by exactly this method, then one that
// is offered. So GET /contact/_search is a search and no contact of that name.
func (r *router) find(method string, segs []string) (*route, map[string]string) {
	if len(segs) == 0 {
		return nil, nil
	}
	var best *route
	var args map[string]string
	rank := 0
	for _, rt := range r.byFirst[strings.ToLower(segs[0])] {
		if !rt.takes(method) {
			continue
		}
		a, ok := rt.match(segs)
		if !ok {
			continue
		}
		n := 4 * len(a)
		if rt.method != method {
			n += 2
		}
		if rt.handle == nil {
			n++
		}
		if best == nil || n < rank {
			best, args, rank = rt, a, n
		}
	}
	return best, args
}
