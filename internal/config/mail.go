package config

import (
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"strings"
)

func (c *Config) validateMail(bad func(string, string, ...any)) {
	if u := c.Platform.URL; u != "" {
		if p, err := url.Parse(u); err != nil || p.Host == "" || p.Scheme != "https" && p.Scheme != "http" || p.RawQuery != "" {
			bad("platform.url", "must be an http or https address")
		}
	}
	m := c.Mail
	if m.SMTP == "" {
		return
	}
	if _, _, err := net.SplitHostPort(m.SMTP); err != nil {
		bad("mail.smtp", "must be host:port")
	}
	switch m.TLS {
	case "", "starttls", "tls":
	case "none":
		if m.User != "" {
			bad("mail.tls", "a password may not be sent without encryption")
		}
		if host, _, err := net.SplitHostPort(m.SMTP); err == nil && !isLoopback(host) {
			bad("mail.tls", "none is for a relay on the same machine (localhost, 127.0.0.1, ::1), not for %s", host)
		}
	default:
		bad("mail.tls", "must be starttls, tls or none")
	}
	switch a, err := mail.ParseAddress(m.From); {
	case err != nil:
		bad("mail.from", "the address that mails come from is needed")
	case a.Address != m.From:
		bad("mail.from", "must be the address alone (%s); the name beside it is platform.name", a.Address)
	}
	if c.Platform.URL == "" {
		bad("platform.url", "is needed for the links in mails")
	}
	if (m.User != "") != (m.Password != "" || m.PasswordFile != "") {
		bad("mail.user", "user and password_file (or %sMAIL_PASSWORD) belong together", Prefix)
	}
}

// isLoopback reports whether a host is this machine: no name but localhost is looked up.
func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback() || strings.EqualFold(strings.TrimSuffix(host, "."), "localhost")
}
