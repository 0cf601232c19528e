// Package registrytest holds what every registry adapter must show, whatever registry stands behind it. An adapter, or a
// server behind the EPP client, is done when Exercise passes.
package registrytest

import (
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/registry"
)

// DefaultTLD is the zone that the registry under Exercise must offer.
const DefaultTLD = "example"

// maxDrain bounds how many messages may wait in a registry that is handed over.
const maxDrain = 1000

// Exercise shows that a registry behaves as the port says. open gives a registry that offers DefaultTLD with terms of 1 to
// at least 3 years, new registrations in real time and enough credit; it closes it by t.Cleanup. Names and ids are drawn
// anew, so that a registry which keeps its data may be exercised again.
func Exercise(t *testing.T, open func(t *testing.T) registry.Registry) {
	t.Helper()
	ExerciseTLD(t, DefaultTLD, open)
}

// ExerciseTLD is Exercise for a registry of another zone.
func ExerciseTLD(t *testing.T, tld string, open func(t *testing.T) registry.Registry) {
	t.Helper()
	ExerciseWith(t, Options{TLD: tld, Open: open})
}

// Options say what is exercised.
type Options struct {
	TLD  string
	Open func(t *testing.T) registry.Registry // as Exercise has it
	// Other, when set, is called after Open and gives the access of another registrar to the same registry, which must allow
	// a domain to be transferred right after its registration.
	Other func(t *testing.T) registry.Registry
	// TransferNoYear says that a transfer does not prolong; one with a term is refused then.
	TransferNoYear bool
}

// ExerciseWith is Exercise with options. What an extension brings is exercised where Capabilities says that it is there.
func ExerciseWith(t *testing.T, opt Options) {
	t.Helper()
	s := &suite{opt: opt, reg: opt.Open(t), tld: opt.TLD, run: strings.ToLower(rand.Text()[:8])}
	if opt.Other != nil {
		s.other = opt.Other(t)
	}
	if err := s.reg.Ping(t.Context()); err != nil { // capabilities are certain then
		t.Fatalf("ping: %v", err)
	}
	s.caps = s.reg.Capabilities()
	for _, part := range []struct {
		name string
		run  func(*testing.T)
		need bool
	}{
		{"basics", s.basics, true},
		{"poll", s.poll, true},
		{"check", s.check, true},
		{"contact", s.contact, s.caps.Contacts},
		{"contact missing", s.contactMissing, s.caps.Contacts},
		{"host", s.host, s.caps.HostObjects},
		{"subordinate host", s.subordinateHost, s.caps.HostObjects},
		{"host missing", s.hostMissing, s.caps.HostObjects},
		{"domain create", s.domainCreate, true},
		{"domain missing", s.domainMissing, true},
		{"domain with unknown contact", s.unknownContact, s.caps.Contacts},
		{"domain with unknown host", s.unknownHost, s.caps.HostObjects},
		{"domain update", s.domainUpdate, true},
		{"domain status", s.domainStatus, true},
		{"renew", s.renew, true},
		{"renew prohibited", s.renewProhibited, true},
		{"delete", s.domainDelete, true},
		{"delete contact", s.contactDelete, s.caps.Contacts},
		{"delete host", s.hostDelete, s.caps.HostObjects},
		{"restore", s.restore, s.caps.RGP},
		{"transfer", s.transfer, s.other != nil},
		{"authInfo", s.authInfo, s.other != nil},
		{"DNSSEC", s.dnssec, s.caps.DNSSEC},
		{"unoffered", s.unoffered, true},
		{"fee", s.fee, s.caps.Fee},
	} {
		t.Run(part.name, func(t *testing.T) {
			if !part.need {
				t.Skip("the registry does not have this")
			}
			part.run(t)
		})
	}
}

// suite is one run over one registry.
type suite struct {
	opt   Options
	reg   registry.Registry
	other registry.Registry // another registrar's, or nil
	caps  registry.Capabilities
	tld   string
	run   string // part of every name and id of this run
	n     int
}

// domain draws a name.
func (s *suite) domain() dname.Name {
	s.n++
	return dname.Name(fmt.Sprintf("rt-%s-%d.%s", s.run, s.n, s.tld))
}

// names draws n names.
func (s *suite) names(n int) []dname.Name {
	var out []dname.Name
	for range n {
		out = append(out, s.domain())
	}
	return out
}

// outside draws a name outside the registry's zone, for hosts that need no address.
func (s *suite) outside() dname.Name {
	s.n++
	return dname.Name(fmt.Sprintf("ns%d.%s.invalid", s.n, s.run))
}

// contactID draws an id of at most 16 characters.
func (s *suite) contactID() string {
	s.n++
	return fmt.Sprintf("RT%s-%d", s.run, s.n)
}

// trid draws a transaction id.
func (s *suite) trid() string {
	s.n++
	return fmt.Sprintf("rt-%s-%d-1", s.run, s.n)
}

// refused demands a definite refusal with one of the codes, or any code when none is given.
func refused(t *testing.T, what string, err error, codes ...int) {
	t.Helper()
	var e *registry.Error
	if !errors.As(err, &e) || registry.IsUnknown(err) || e.Code < 2000 {
		t.Errorf("%s: got %v, want a definite refusal %v", what, err, codes)
		return
	}
	for _, c := range codes {
		if e.Code == c {
			return
		}
	}
	if len(codes) > 0 {
		t.Errorf("%s: got %v, want %v", what, err, codes)
	}
}

// done demands a plain success and an id of the server.
func done(t *testing.T, what string, r registry.Result, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if r.Code != registry.CodeOK || r.Pending || r.SvTRID == "" {
		t.Fatalf("%s: %+v, want 1000 with a server transaction id", what, r)
	}
}

func (s *suite) basics(t *testing.T) {
	if s.reg.Name() == "" {
		t.Error("no name")
	}
	if s.caps.CheckLimit < 1 {
		t.Errorf("check limit %d", s.caps.CheckLimit)
	}
	if err := s.reg.Ping(t.Context()); err != nil {
		t.Fatalf("ping: %v", err)
	}
}

func (s *suite) poll(t *testing.T) {
	ctx := t.Context()
	for range maxDrain {
		m, err := s.reg.PollRequest(ctx)
		if err != nil {
			t.Fatalf("poll: %v", err)
		}
		if m == nil {
			if err := s.reg.PollAck(ctx, "999999999"); err != nil {
				t.Errorf("ack of a message that is gone: %v", err)
			}
			return
		}
		again, err := s.reg.PollRequest(ctx)
		if err != nil || again == nil || again.ID != m.ID {
			t.Fatalf("poll without ack: got %+v, %v; want message %s again", again, err, m.ID)
		}
		if m.Count < 1 {
			t.Errorf("message %s: count %d", m.ID, m.Count)
		}
		if err := s.reg.PollAck(ctx, m.ID); err != nil {
			t.Fatalf("ack: %v", err)
		}
	}
	t.Fatalf("more than %d messages", maxDrain)
}

func (s *suite) check(t *testing.T) {
	var names []dname.Name
	for range s.caps.CheckLimit + 2 {
		names = append(names, s.domain())
	}
	taken := names[1]
	for range 2 { // what was free a moment ago must not be said to be so after the create
		if got, err := s.reg.CheckDomains(t.Context(), names[1:2]); err != nil || len(got) != 1 || !got[0].Available {
			t.Fatalf("check before the create: %+v, %v", got, err)
		}
	}
	s.register(t, registry.DomainCreate{Name: taken, Years: 1})
	if got, err := s.reg.CheckDomains(registry.Fresh(t.Context()), names[1:2]); err != nil || len(got) != 1 || got[0].Available {
		t.Errorf("fresh check after the create: %+v, %v", got, err)
	}
	got, err := s.reg.CheckDomains(t.Context(), names)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(names) {
		t.Fatalf("%d answers for %d names", len(got), len(names))
	}
	for i, a := range got {
		if a.Name != names[i] || a.Available != (a.Name != taken) {
			t.Errorf("answer %d: %+v, want %s, available: %v", i, a, names[i], names[i] != taken)
		}
	}
}
