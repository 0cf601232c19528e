package obs

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
)

func TestSensitive(t *testing.T) {
	t.Parallel()
	for _, yes := range []string{"password", "Reg_Password", "pass", "PW", "auth", "Auth-Sid", "auth_info", "authInfo1", "api-key", "apiKey",
		"Authorization", "X-Signature", "X-Domainrobot-2FA-Token", "Set-Cookie", "secret", "domain_auth_info", "auth-id", "otp", "hash"} {
		if !Sensitive(yes) {
			t.Errorf("%q is not", yes)
		}
	}
	for _, no := range []string{"", "user", "X-Username", "domain", "author_comment", "authority", "key", "passport", "command", "bypass"} {
		if Sensitive(no) {
			t.Errorf("%q is", no)
		}
	}
}

func TestLoggerRedacts(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	log := NewLogger(&buf, slog.LevelInfo)
	ctx := WithRequestID(context.Background(), "01ABC")
	h := http.Header{"Authorization": {word}, "Cookie": {word}, "Accept": {"*/*"}}
	log.With("token", word).WithGroup("g").InfoContext(ctx, "m", "pw", word, "user", "u", slog.Group("in", "api-key", word), "headers", h,
		"form", url.Values{"auth_info": {word}, "n": {"1"}}, "map", map[string]string{"signature": word, "ok": "yes"},
		"any", map[string]any{"deep": map[string]any{"secret": word, "x": 1}}, "req", &http.Request{Header: h})
	log.DebugContext(ctx, "not shown")
	line := buf.String()
	var got map[string]any
	if err := json.Unmarshal([]byte(line), &got); err != nil || strings.Count(line, "\n") != 1 {
		t.Fatal(err, line)
	}
	if strings.Contains(line, word) || !strings.Contains(line, `"request":"01ABC"`) || !strings.Contains(line, `"ok":"yes"`) ||
		!strings.Contains(line, `"user":"u"`) || !strings.Contains(line, `"*/*"`) {
		t.Error(line)
	}
	if h.Get("Authorization") != word {
		t.Error("the caller's header was changed")
	}
}

func TestRing(t *testing.T) {
	t.Parallel()
	r := NewRing(3, 0)
	for i := range 5 {
		r.Add(Entry{ID: fmt.Sprint(i), Request: []byte("q"), Answer: []byte("a")})
	}
	got := r.List(0, 0)
	if len(got) != 3 || got[0].ID != "2" || got[0].Seq != 3 || got[2].Seq != 5 {
		t.Errorf("%+v", got)
	}
	if after := r.List(3, 1); len(after) != 1 || after[0].Seq != 4 {
		t.Errorf("%+v", after)
	}
	r.Reset()
	r.Add(Entry{})
	if got := r.List(0, 0); len(got) != 1 || got[0].Seq != 6 {
		t.Errorf("%+v", got)
	}
}

func TestRingBoundsBytes(t *testing.T) {
	t.Parallel()
	r := NewRing(100, 8000)
	for range 50 {
		r.Add(Entry{Request: bytes.Repeat([]byte("x"), 1000), Answer: bytes.Repeat([]byte("y"), 5000)})
	}
	got := r.List(0, 0)
	if r.bytes > 8000 || len(got) < 2 || len(got[0].Answer) != 2000 || !got[0].CutOff || len(got[0].Request) != 1000 {
		t.Errorf("%d octets, %d entries", r.bytes, len(got))
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 200 {
				r.Add(Entry{Request: []byte("z")})
				_ = r.List(0, 5)
			}
		})
	}
	wg.Wait()
	total := 0
	for _, e := range r.List(0, 0) {
		total += e.size()
	}
	if total != r.bytes {
		t.Errorf("counted %d, hold %d", r.bytes, total)
	}
}
