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

// hasBody reports whether a request by this method carries a body that counts: that of GET and DELETE is ignored, but for
// searches (domainrobot-json.md §1.2).
func (rt *route) hasBody(method string) bool {
	return method != http.MethodGet && method != http.MethodDelete || rt.isSearch()
}

func (rt *route) last() string   { return rt.segs[len(rt.segs)-1] }
func (rt *route) isSearch() bool { return rt.last() == "_search" }
func (rt *route) isAction() bool { return strings.HasPrefix(rt.last(), "_") }

// takes reports whether the route answers a method: GET and POST do for searches, PUT and POST for actions.
func (rt *route) takes(method string, strict bool) bool {
	if rt.method == method {
		return true
	}
	if strict {
		return false
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

// find gives the route with the fewest placeholders that takes method and path; one by exactly this method goes before one
// that only tolerates it.
func (r *router) find(method string, segs []string) (*route, map[string]string) {
	if len(segs) == 0 {
		return nil, nil
	}
	for _, strict := range []bool{true, false} {
		var best *route
		var bestArgs map[string]string
		for _, rt := range r.byFirst[strings.ToLower(segs[0])] {
			if !rt.takes(method, strict) {
				continue
			}
			if args, ok := rt.match(segs); ok && (best == nil || better(rt, best, len(args), len(bestArgs))) {
				best, bestArgs = rt, args
			}
		}
		if best != nil {
			return best, bestArgs
		}
	}
	return nil, nil
}

// better prefers fewer placeholders, and an offered task to a declined one under the same path.
func better(a, b *route, na, nb int) bool {
	if na != nb {
		return na < nb
	}
	return a.handle != nil && b.handle == nil
}
