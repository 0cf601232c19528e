package sim

import (
	"slices"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// tldOf finds the policy of a name that is one label below a served TLD.
func (s *Server) tldOf(name dname.Name) (TLD, bool) {
	_, tld, ok := name.Cut()
	if !ok {
		return TLD{}, false
	}
	t, ok := s.cfg.TLDs[string(tld)]
	if _, itself := s.cfg.TLDs[string(name)]; itself {
		return TLD{}, false // "co.uk" is no name below "uk" where both are served
	}
	return t, ok
}

// takes reports whether a name has no character that the TLD's IDN table does not have.
func (t TLD) takes(name dname.Name) bool {
	if t.IDNTable == "" || !name.IDN() {
		return true
	}
	label, _, _ := name.Cut()
	for _, r := range dname.Name(label).Unicode() {
		if r >= 0x80 && !strings.ContainsRune(t.IDNTable, r) {
			return false
		}
	}
	return true
}

// superordinate is the domain that a host below a served TLD belongs to; empty for an external host.
func (s *Server) superordinate(host dname.Name) string {
	for name := host; ; {
		_, rest, ok := name.Cut()
		if !ok {
			return ""
		}
		if _, served := s.cfg.TLDs[string(rest)]; served {
			return string(name)
		}
		name = rest
	}
}

// domainName reads the name of a command's domain.
func domainName(text string) (dname.Name, error) {
	n, err := dname.Parse(text)
	if err != nil {
		return "", refuse(epp.CodeValueSyntax, ofDomain("name", text), "%s", err)
	}
	return n, nil
}

// hostName reads a host name, which has at least two labels; at names the element.
func hostName(text string, at func(local, value string) element, local string) (dname.Name, error) {
	n, err := dname.Parse(text) // RFC 1123: no underscores
	if err != nil {
		return "", refuse(epp.CodeValueSyntax, at(local, text), "%s", err)
	}
	if _, _, ok := n.Cut(); !ok {
		return "", refuse(epp.CodeValueSyntax, at(local, text), "a host name has at least two labels")
	}
	return n, nil
}

// years reads a term and holds it to the TLD's policy; an absent one is the shortest.
func (t TLD) years(p *epp.Period) (int, error) {
	switch {
	case p == nil:
		return t.MinYears, nil
	case p.Unit != "y":
		return 0, refuse(epp.CodePolicy, ofDomain("period", ""), "terms are in years")
	case p.Value < t.MinYears || p.Value > t.MaxYears:
		return 0, refuse(epp.CodePolicy, ofDomain("period", ""), "terms are %d to %d years", t.MinYears, t.MaxYears)
	}
	return p.Value, nil
}

// extend adds a term to from; no expiry may pass MaxTotal years from now.
func (t TLD) extend(from, now time.Time, years int) (time.Time, error) {
	to := clock.AddYears(from, years)
	if to.After(clock.AddYears(now, t.MaxTotal)) {
		return time.Time{}, refuse(epp.CodePolicy, ofDomain("period", ""), "the registration would reach further than %d years", t.MaxTotal)
	}
	return to, nil
}

// statusesOf are a domain's statuses as shown (RFC 5731 §2.3).
func statusesOf(d *repo.Domain) []string {
	out := slices.Clone(d.Statuses)
	if d.Pending != nil {
		out = append(out, "pending"+strings.ToUpper(d.Pending.Op[:1])+d.Pending.Op[1:])
	}
	if d.Deletion != nil {
		out = append(out, epp.StatusPendingDelete)
	}
	if d.Transfer.Waits() {
		out = append(out, epp.StatusPendingTransfer)
	}
	if len(d.NameServers)+len(d.HostAttrs) == 0 && d.NSSet == "" {
		out = append(out, epp.StatusInactive)
	}
	if len(out) == 0 {
		out = []string{epp.StatusOK}
	}
	return out
}

// linkedStatuses are a contact's or host's statuses as shown (RFC 5733 §2.2, RFC 5732 §2.3).
func linkedStatuses(set []string, linked bool) []string {
	out := slices.Clone(set)
	if len(out) == 0 {
		out = []string{epp.StatusOK}
	}
	if linked {
		out = append(out, epp.StatusLinked)
	}
	return out
}

// allowed refuses an operation ("Update", "Delete", "Renew", "Transfer") that a status prohibits. rem are the statuses that the same
// command removes.
func allowed(op string, set, rem []string) error {
	for _, st := range set {
		if st == "server"+op+"Prohibited" || st == "client"+op+"Prohibited" && !slices.Contains(rem, st) {
			return refuse(epp.CodeStatusProhibits, element{}, "%s", st)
		}
	}
	return nil
}

// settable are the statuses that a client may set, by mapping.
var settable = map[string][]string{
	"domain": {epp.StatusClientDeleteProhibited, epp.StatusClientHold, epp.StatusClientRenewProhibited,
		epp.StatusClientTransferProhibited, epp.StatusClientUpdateProhibited},
	"contact": {epp.StatusClientDeleteProhibited, epp.StatusClientTransferProhibited, epp.StatusClientUpdateProhibited},
	"host":    {epp.StatusClientDeleteProhibited, epp.StatusClientUpdateProhibited},
}

// changeStatuses removes and adds statuses that a client may set.
func changeStatuses(object string, at func(local, value string) element, have, add, rem []string) ([]string, error) {
	for _, st := range slices.Concat(add, rem) {
		if !slices.Contains(settable[object], st) {
			return nil, refuse(epp.CodePolicy, at("status", st), "not a status that a client sets")
		}
	}
	out, err := change(have, add, rem, func(st string) element { return at("status", st) })
	slices.Sort(out)
	return out, err
}

// change removes what is in rem and adds what is in add, in that order; removing what is absent and adding what is present
// are refused.
func change[T comparable](have, add, rem []T, at func(T) element) ([]T, error) {
	out := slices.Clone(have)
	for _, v := range rem {
		i := slices.Index(out, v)
		if i < 0 {
			return nil, refuse(epp.CodePolicy, at(v), "cannot be removed: it is not there")
		}
		out = slices.Delete(out, i, i+1)
	}
	for _, v := range add {
		if slices.Contains(out, v) {
			return nil, refuse(epp.CodePolicy, at(v), "cannot be added: it is there")
		}
		out = append(out, v)
	}
	return out, nil
}

// sponsored refuses a command of another registrar than the object's sponsor.
func sponsored(c *call, sponsor string) error {
	if c.who.ID != sponsor {
		return refuse(epp.CodeAuthorization, element{}, "")
	}
	return nil
}

// domainAAD and contactAAD bind a sealed authInfo to its object; names and handles never change.
func domainAAD(d *repo.Domain) string   { return "sim_domain/" + d.Namespace + "/" + d.Name }
func contactAAD(c *repo.Contact) string { return "sim_contact/" + c.Namespace + "/" + c.Handle }

// seal reads a password authInfo and seals it.
func (s *Server) seal(pw *epp.Password, aad string, at element) (string, error) {
	switch {
	case pw == nil:
		return "", refuse(epp.CodeUnimplementedOption, at, "only passwords are offered")
	case len(pw.Text) > authInfoLength:
		return "", refuse(epp.CodeRange, at, "at most %d bytes", authInfoLength)
	case pw.Text == "":
		return "", nil
	}
	return s.cfg.Vault.Seal(pw.Text, aad)
}

func (s *Server) open(sealed, aad string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	return s.cfg.Vault.Open(sealed, aad)
}
