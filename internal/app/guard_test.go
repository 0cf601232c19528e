package app

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestGuard is the rule of the management API for listeners on any address.
func TestGuard(t *testing.T) {
	t.Parallel()
	a := &App{opt: Options{Sandbox: &Sandbox{AdminToken: "token-1"}}}
	h := a.guard(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	const inside, outside, six = "127.0.0.1:8700", "192.0.2.7:8700", "[2001:db8::7]:8700"
	for _, d := range []struct {
		local, host, origin, auth string
		want                      int
	}{
		{inside, "127.0.0.1:8700", "", "", 204},
		{inside, "localhost", "", "", 204},
		{inside, "localhost.:8700", "", "", 204},
		{inside, "127.0.0.1", "", "Bearer wrong", 204},
		{"127.8.9.1:80", "127.8.9.1", "", "", 204},
		{"[::1]:8700", "[::1]:8700", "", "", 204},
		{"[::ffff:127.0.0.1]:8700", "127.0.0.1", "", "", 204},
		{inside, "", "", "", 403},
		{inside, "evil.example", "", "", 403},
		{inside, "localhost.evil.example", "", "", 403},
		{inside, "192.0.2.7", "", "", 403},
		{inside, "127.0.0.1", "http://127.0.0.1:8700", "", 403},
		{inside, "127.0.0.1", "null", "", 403},
		{outside, "192.0.2.7:8700", "", "", 401},
		{outside, "192.0.2.7:8700", "", "token-1", 401},
		{outside, "192.0.2.7:8700", "", "Bearer ", 401},
		{outside, "192.0.2.7:8700", "", "Bearer token-2", 401},
		{outside, "192.0.2.7:8700", "", "Bearer token-1", 204},
		{outside, "192.0.2.8:8700", "", "Bearer token-1", 403},
		{outside, "localhost", "", "", 401},
		{outside, "192.0.2.7", "https://evil.example", "Bearer token-1", 403},
		{six, "[2001:db8::7]:8700", "", "", 401},
		{six, "[2001:db8::7]:8700", "", "Bearer token-1", 204},
	} {
		addr, err := net.ResolveTCPAddr("tcp", d.local)
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequestWithContext(context.WithValue(t.Context(), http.LocalAddrContextKey, net.Addr(addr)), "GET", "/_polyreg/journal", nil)
		r.Host = d.host
		for name, v := range map[string]string{"Origin": d.origin, "Authorization": d.auth} {
			if v != "" {
				r.Header.Set(name, v)
			}
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != d.want {
			t.Errorf("%+v: %d %s", d, w.Code, w.Body)
		}
	}
}
