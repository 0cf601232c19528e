package seed

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/catalog"
)

// policies reads the rules of an ending's life: one of the built-in ones by its name, or several with their dates.
func (c *compiler) policies(at string, t TLD) []catalog.Policy {
	list, path := t.Policies, join(at, "policies")
	if t.Policy != "" {
		if len(list) > 0 {
			c.bad(join(at, "policy"), "cannot be given together with policies")
			return nil
		}
		p, ok := c.policyNamed(join(at, "policy"), t.Policy)
		if !ok {
			return nil
		}
		return []catalog.Policy{p}
	}
	var out []catalog.Policy
	seen := map[string]string{}
	for i, in := range list {
		one := item(path, i)
		p, ok := c.policyNamed(join(one, "name"), in.Name)
		if !ok {
			continue
		}
		p.From = c.when(join(one, "from"), in.From, time.Time{})
		unique(c, seen, p.From.String(), one, "a policy from the same time")
		c.durations(one, in, &p)
		out = append(out, p)
	}
	slices.SortStableFunc(out, func(a, b catalog.Policy) int { return a.From.Compare(b.From) })
	return out
}

func (c *compiler) policyNamed(path, name string) (catalog.Policy, bool) {
	if !c.given(path, name) {
		return catalog.Policy{}, false
	}
	p, ok := catalog.PolicyNamed(name)
	if !ok {
		c.bad(path, "%q is not a policy: %s", clip(name), strings.Join(catalog.PolicyNames(), ", "))
	}
	return p, ok
}

// durations lays an entry's own times over those of the policy that it names.
func (c *compiler) durations(at string, in Policy, p *catalog.Policy) {
	for _, f := range []struct {
		key, text string
		to        *time.Duration
	}{
		{"renew_before", in.RenewBefore, &p.RenewBefore}, {"hold_after", in.HoldAfter, &p.HoldAfter}, {"delete_after", in.DeleteAfter, &p.DeleteAfter},
		{"create_lock", in.CreateLock, &p.CreateLock}, {"transfer_lock", in.TransferLock, &p.TransferLock}, {"owner_lock", in.OwnerLock, &p.OwnerLock},
		{"verify", in.Verify, &p.Verify},
	} {
		if f.text == "" {
			continue
		}
		if d, ok := span(f.text); ok && !strings.ContainsAny(f.text, "+-") {
			*f.to = d
		} else {
			c.bad(join(at, f.key), "must be a number of days or hours: 60d, 720h")
		}
	}
	if in.Reminder != nil {
		p.Reminder = *in.Reminder
	}
	if _, here := c.at[join(at, "notices")]; here && in.Notices != nil {
		p.Notices = nil
		for i, text := range in.Notices {
			d, ok := span(text)
			switch {
			case !ok:
				c.bad(item(join(at, "notices"), i), "must be days or hours from the expiry: -30d before it, 5d after it")
			case slices.Contains(p.Notices, d):
				c.bad(item(join(at, "notices"), i), "is there twice")
			default:
				p.Notices = append(p.Notices, d)
			}
		}
		slices.Sort(p.Notices)
	}
	switch {
	case p.DeleteAfter == 0:
		c.bad(join(at, "delete_after"), "must be more than nothing")
	case p.HoldAfter < p.DeleteAfter:
	case in.HoldAfter == "":
		c.bad(join(at, "delete_after"), "must be more than hold_after")
	default:
		c.bad(join(at, "hold_after"), "must be less than delete_after; 0d for no hold")
	}
}

var spanForm = regexp.MustCompile(`^([+-]?[0-9]{1,5})([dh])$`)

// span reads a length of time in days or hours, with a sign where it is given one.
func span(text string) (time.Duration, bool) {
	m := spanForm.FindStringSubmatch(text)
	if m == nil {
		return 0, false
	}
	n, _ := strconv.Atoi(m[1]) // at most five digits
	if m[2] == "d" {
		n *= 24
	}
	return time.Duration(n) * time.Hour, true
}
