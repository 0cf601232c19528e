package app

import (
	"fmt"
	"os"
	"strings"

	"github.com/polyreg/polyreg/internal/config"
	"github.com/polyreg/polyreg/internal/mail"
)

// mailOf is the transport of a configuration; nil when mails are to wait.
func mailOf(c config.Config) (mail.Transport, error) {
	if c.Mail.SMTP == "" {
		return nil, nil
	}
	password := c.Mail.Password
	if c.Mail.PasswordFile != "" {
		text, err := os.ReadFile(c.Mail.PasswordFile)
		if err != nil {
			return nil, fmt.Errorf("mail.password_file: %w", err)
		}
		password = strings.TrimRight(string(text), "\r\n")
	}
	return &mail.SMTP{Addr: c.Mail.SMTP, TLS: c.Mail.TLS, User: c.Mail.User, Password: password, From: c.Mail.From, Name: c.Platform.Name}, nil
}
