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
	"net"
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
	Password string // 8 to 64 characters

	MaxSessions  int // default 4
	Timeouts     Timeouts
	Capabilities registry.Capabilities
	// Objects and Extensions are the services named at login. Objects defaults to domain, and contact and host as
	// Capabilities says. Each must stand in the greeting.
	Objects    []string
	Extensions []string
	FrameLimit int // greatest answer in bytes, default 1 MiB

	// Trace gets each frame with its secrets masked; dir is "send" or "recv". It is called from several goroutines.
	Trace func(dir string, frame []byte)
}

// Timeouts bound what the client waits for; zero takes the default.
type Timeouts struct {
	Connect   time.Duration // connection, TLS, greeting and login together; default 10 s
	Command   time.Duration // an answer, where the context has no deadline; default 30 s
	KeepAlive time.Duration // a session idle for so long gets a hello; default 2 min
	Logout    time.Duration // the answer to a logout; default 2 s
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
