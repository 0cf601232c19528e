package autodns

import (
	"testing"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/zone"
)

// TestRedirectsAreForwards: a redirect of this interface is a forward of the core, and the other way round.
func TestRedirectsAreForwards(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	alpha := w.Caller(t, "alpha")
	c.want(c.task(`<code>0201</code><zone><name>example.com</name></zone>`), "S0201", "")
	c.want(c.task(`<code>0501</code><redirect><source>go.example.com</source><target>www.example.net/</target><type>domain</type><mode>https</mode></redirect>`), "S0501", "")
	f, err := w.Runner.ForwardFor(t.Context(), "go.example.com")
	if err != nil || f.Target != "https://www.example.net/" || f.Kind != zone.Redirect {
		t.Errorf("%+v %v", f, err)
	}
	for _, f := range []zone.Forward{
		{Kind: zone.Redirect, Source: "@", Target: "http://a.example/", Status: 301}, {Kind: zone.Frame, Source: "g", Target: "http://a.example/y"}, {Kind: zone.Frame, Source: "f", Target: "https://a.example/x", Title: "T"},
		{Kind: zone.Mail, Source: "info@@", Target: "a@example.net"}, {Kind: zone.Mail, Source: "*@sub", Target: "b@example.net"},
	} {
		r := redirectOf("example.com", f)
		back := r.forwards("example.com")
		if len(back) != 1 || back[0] != f {
			t.Errorf("%+v becomes %+v and comes back as %+v", f, r, back)
		}
		_, err := command.Do(t.Context(), w.Runner, alpha, command.SetForwards{Origin: "example.com", Forwards: []zone.Forward{f}})
		if err != nil {
			t.Fatal(err)
		}
		r.title = ""
		contains(t, c.task(`<code>0504</code><redirect><source>`+r.source+`</source></redirect>`), "<code>S0504</code>", "<source>"+r.source+"</source><target>"+r.target+"</target><type>"+r.kind+"</type><mode>"+r.mode+"</mode>")
	}
	if _, err := command.Do(t.Context(), w.Runner, alpha, command.DeleteZone{Origin: "example.com"}); err != nil {
		t.Fatal(err)
	}
	c.want(c.task(`<code>0503</code><redirect><source>f.example.com</source></redirect>`), "E0503", "EF05901")
}

func TestLike(t *testing.T) {
	t.Parallel()
	for _, v := range []struct {
		text, value string
		want        bool
	}{
		{"a.example.com", "*example.com", true}, {"a.example.com", "a*", true}, {"a.example.com", "*ex*le*", true}, {"a.example.com", "a.example.com", true},
		{"a.example.com", "b*", false}, {"a.example.com", "*.net", false}, {"aa", "a*a*a", false}, {"100%", "100%", true}, {"100x", "100%", false},
		{"ü.example", "ü*", true}, {"", "*", true},
	} {
		if got := like(v.text, likePattern(v.value)); got != v.want {
			t.Errorf("%q like %q: %v", v.text, v.value, got)
		}
	}
}
