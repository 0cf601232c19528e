// Package epp is the EPP client: it implements registry.Registry over TLS (RFC 5730 to 5734) with a pool of sessions. It
// turns the port's operations into commands and the answers into the port's four outcomes; it holds no rule of the house.
//
// What counts as sent: as long as no byte of a command was written, a failure is registry.NotSent. From the first byte on,
// whatever goes wrong before a readable answer to this very command is registry.Unknown with code 0.
package epp

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"time"

	"github.com/polyreg/polyreg/internal/registry"
	wire "github.com/polyreg/polyreg/internal/wire/epp"
)

// Config says how one registry is reached. Name, Addr, User and Password are required.
type Config struct {
	Name       string // Registry.Name
	Addr       string // host:port
	ServerName string // name in the server's certificate; the host of Addr when empty
	RootCAs    *x509.CertPool
	// Certificate is the client's own certificate, nil when the registry wants none.
	Certificate *tls.Certificate

	User     string // clID, 3 to 16 characters
	Password string // 8 to 64 characters, or what RFC 8807 allows where the registry offers it

	MaxSessions  int // default 4
	Timeouts     Timeouts
	Capabilities registry.Capabilities
	// Objects are the object services named at login, by default domain, and contact and host as Capabilities says. Each must
	// stand in the greeting.
	Objects []string
	// Extensions are the extensions named at login, as far as the greeting offers them; nil for DefaultExtensions. What
	// they bring stands in Client.Capabilities.
	Extensions []string
	// SetTLDs are the endings whose domains name sets (nsset and keyset objects) instead of hosts and DNSSEC records; AllTLDs
	// among them stands for all. For those the client makes the sets that it needs.
	SetTLDs []string
	// SetsIfOffered lets SetTLDs count only at a registry whose greeting offers sets: objects and extension. Without it a
	// registry that does not is none that can be used.
	SetsIfOffered bool

	FrameLimit int // greatest answer in bytes, default 1 MiB

	// CheckWindow is how long an availability check may wait, while another one is under way, for others to share a command
	// with; 0 gives each check its own command.
	CheckWindow time.Duration
	// CheckCache is how long the answer to an availability check is given to others who ask (registry.Fresh goes past it); 0
	// keeps none.
	CheckCache time.Duration
	// Rate is the greatest number of commands per second over all sessions, 0 for no limit. A command waits for its turn as
	// long as its context lets it.
	Rate float64
	// Maintenance are times at which nothing is sent.
	Maintenance []Window

	// Log gets changes of health, and at debug level each frame with its transaction id, secrets masked. It may be nil.
	Log *slog.Logger
	// Trace gets each frame with its secrets masked; dir is "send" or "recv". It is called from several goroutines.
	Trace func(dir string, frame []byte)

	login    *credential
	services *services
}

// AllTLDs stands for every ending in Config.SetTLDs.
const AllTLDs = "*"

// Sensible settings for a registry at some distance.
const (
	DefaultCheckWindow = 3 * time.Millisecond
	DefaultCheckCache  = 2 * time.Second
)

// Timeouts bound what the client waits for; zero takes the default.
type Timeouts struct {
	Connect   time.Duration // connection, TLS, greeting and login together; default 10 s
	Command   time.Duration // an answer, where the context has no deadline; default 30 s
	KeepAlive time.Duration // a session idle for so long gets a hello; default 2 min
	Logout    time.Duration // the answer to a logout; default 2 s
	Idle      time.Duration // a session without a command for so long is logged out; 0 keeps it open
}

// Directions of Config.Trace.
const (
	Send = "send"
	Recv = "recv"
)

func (c *Config) defaults() error {
	if c.Name == "" || c.User == "" || c.Password == "" {
		return errors.New("registry/epp: name, user and password are required")
	}
	host, _, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return fmt.Errorf("registry/epp: address of %s: %w", c.Name, err)
	}
	if c.ServerName == "" {
		c.ServerName = host
	}
	if c.MaxSessions <= 0 {
		c.MaxSessions = 4
	}
	if c.FrameLimit <= 0 {
		c.FrameLimit = wire.DefaultLimit
	}
	c.Capabilities.CheckLimit = max(c.Capabilities.CheckLimit, 1)
	if len(c.Objects) == 0 {
		c.Objects = []string{wire.NSDomain}
		if c.Capabilities.Contacts {
			c.Objects = append(c.Objects, wire.NSContact)
		}
		if c.Capabilities.HostObjects {
			c.Objects = append(c.Objects, wire.NSHost)
		}
		if len(c.SetTLDs) > 0 && !c.SetsIfOffered {
			c.Objects = append(c.Objects, wire.NSNSSet, wire.NSKeyset)
		}
	}
	for _, w := range c.Maintenance {
		if !w.From.Before(w.Until) {
			return fmt.Errorf("registry/epp: maintenance of %s ends before it begins", c.Name)
		}
	}
	if c.Extensions == nil {
		c.Extensions = DefaultExtensions()
	}
	if len(c.SetTLDs) > 0 && !slices.Contains(c.Extensions, wire.NSSets) {
		c.Extensions = append(slices.Clone(c.Extensions), wire.NSSets)
	}
	c.login = &credential{password: c.Password}
	c.services = &services{}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Trace == nil {
		c.Trace = func(string, []byte) {}
	} else {
		trace := c.Trace
		c.Trace = func(dir string, frame []byte) { trace(dir, wire.MaskSecrets(frame)) }
	}
	c.Timeouts.defaults()
	return nil
}

func (t *Timeouts) defaults() {
	for _, d := range []struct {
		at  *time.Duration
		def time.Duration
	}{{&t.Connect, 10 * time.Second}, {&t.Command, 30 * time.Second}, {&t.KeepAlive, 2 * time.Minute}, {&t.Logout, 2 * time.Second}} {
		if *d.at <= 0 {
			*d.at = d.def
		}
	}
}

// tls is the TLS configuration; there is no way to go without TLS or without a look at the certificate.
func (c *Config) tls() *tls.Config {
	t := &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: c.RootCAs, ServerName: c.ServerName}
	if c.Certificate != nil {
		t.Certificates = []tls.Certificate{*c.Certificate}
	}
	return t
}
