package domainrobot

import (
	"testing"

	"github.com/polyreg/polyreg/internal/command"
)

// TestLike: patterns as the stores compare them.
func TestLike(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, value string
		want        bool
	}{
		{"a@shop.example", "*shop.example", true}, {"a@shop.example", "shop", true}, {"a@shop.example", "a%example", true}, {"a@shop.example", "b%", false},
		{"a@shop.example", "%shop", false}, {"aa", "a%a", true}, {"a", "a%a", false}, {"abab", "%ab", true}, {"x_y", "x_y", true}, {"xzy", "x_y", false}, {"", "%", true},
	} {
		if got := like(c.text, pattern(c.value)); got != c.want {
			t.Errorf("%q like %q: %v", c.text, c.value, got)
		}
	}
}

func TestRedirectsMeetConditions(t *testing.T) {
	t.Parallel()
	r := redirect{source: "shop.example", typ: typeDomain, mode: modeHTTP, target: "www.example.net"}
	eq, ne := command.Where("type", command.Equal, "domain"), command.Where("mode", command.NotEqual, "HTTP")
	for i, c := range []struct {
		f    command.Filter
		want bool
	}{
		{command.Filter{}, true}, {eq, true}, {ne, false}, {command.And(eq, ne), false}, {command.Filter{Any: []command.Filter{ne, eq}}, true},
		{command.Where("title", command.IsNull), true}, {command.Where("title", command.NotNull), false}, {command.Where("source", command.In, "a", "SHOP.example"), true},
		{command.Where("source", command.Greater, "shop"), true}, {command.Where("source", command.LessEq, "shop"), false}, {nothing("source"), false},
	} {
		if got := r.meets(c.f); got != c.want {
			t.Errorf("%d: %v", i, got)
		}
	}
}
