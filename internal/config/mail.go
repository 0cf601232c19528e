package config

import (
	"net"
	"net/mail"
	"net/url"
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
	default:
		bad("mail.tls", "must be starttls, tls or none")
	}
	if _, err := mail.ParseAddress(m.From); err != nil {
		bad("mail.from", "the address that mails come from is needed")
	}
	if c.Platform.URL == "" {
		bad("platform.url", "is needed for the links in mails")
	}
	if (m.User != "") != (m.Password != "" || m.PasswordFile != "") {
		bad("mail.user", "user and password_file (or %sMAIL_PASSWORD) belong together", Prefix)
	}
}
