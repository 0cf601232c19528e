package epp

import (
	"time"
	"unicode/utf8"
)

// LoginSecPassword stands in a login's password when the true one is in the extension (RFC 8807 §3.2).
const LoginSecPassword = "[LOGIN-SECURITY]"

// Types and levels of a login's security events (RFC 8807 §3.1).
const (
	EventPassword    = "password"
	EventCertificate = "certificate"
	EventCipher      = "cipher"
	EventTLSProtocol = "tlsProtocol"
	EventNewPassword = "newPW"
	EventStat        = "stat"
	EventCustom      = "custom"

	EventWarning = "warning"
	EventError   = "error"
)

// LoginSec extends a login: passwords outside the 8 to 64 characters of a login, and what software the client is
// (RFC 8807 §4.1).
type LoginSec struct {
	UserAgent   *UserAgent `epp:"userAgent,opt"`
	Password    string     `epp:"pw,t=longpw,opt"`
	NewPassword string     `epp:"newPW,t=longpw,opt"`
}

// UserAgent is the client's software, what it is made with, and its operating system; at least one of them.
type UserAgent struct {
	App  string `epp:"app,t=token,opt"`
	Tech string `epp:"tech,t=token,opt"`
	OS   string `epp:"os,t=token,opt"`
}

func (u *UserAgent) check(at Name) *Error {
	if u.App == "" && u.Tech == "" && u.OS == "" {
		return fault(CodeMissingParameter, at, "empty")
	}
	return nil
}

// LoginSecData extends the answer to a login with what is wrong or soon will be (RFC 8807 §4.1).
type LoginSecData struct {
	Events []LoginEvent `epp:"event"`
}

// LoginEvent is one such thing. Name is that of a custom event or a statistic, Value what was found, Duration an
// xsd:duration that a statistic covers, ExDate when the thing expires; zero values are absent.
type LoginEvent struct {
	Type     string    `epp:"@type,t=eventtype"`
	Name     string    `epp:"@name,t=token,opt"`
	Level    string    `epp:"@level,t=eventlevel"`
	ExDate   time.Time `epp:"@exDate,opt"`
	Value    string    `epp:"@value,t=token,opt"`
	Duration string    `epp:"@duration,t=duration,opt"`
	Lang     string    `epp:"@lang,t=lang,opt"`
	Text     string    `epp:",text"`
}

// SetPasswords puts a password, and a new one unless it is empty, where each belongs: into the login when it has 8 to 64
// characters, else into the extension, which the session has to announce then.
func (c *Command) SetPasswords(pw, newPW string) {
	place := func(text string, login, ext *string) {
		*login = text
		if n := utf8.RuneCountInString(text); text != "" && (n < 8 || n > 64 || text == LoginSecPassword) {
			*login, *ext = LoginSecPassword, text
		}
	}
	sec := LoginSec{}
	if c.Ext.LoginSec != nil {
		sec.UserAgent = c.Ext.LoginSec.UserAgent
	}
	place(pw, &c.Login.Password, &sec.Password)
	place(newPW, &c.Login.NewPassword, &sec.NewPassword)
	c.Ext.LoginSec = nil
	if sec != (LoginSec{}) {
		c.Ext.LoginSec = &sec
	}
}

// Passwords are the password and the new one, empty when there is none, from wherever they stand. False means that the
// login points to the extension and the extension has none, or has one that the login does not point to: 2005.
func (c *Command) Passwords() (pw, newPW string, ok bool) {
	sec := LoginSec{}
	if c.Ext.LoginSec != nil {
		sec = *c.Ext.LoginSec
	}
	ok = true
	pick := func(login, ext string) string {
		if (login == LoginSecPassword) != (ext != "") {
			ok = false
		}
		if login == LoginSecPassword {
			return ext
		}
		return login
	}
	pw, newPW = pick(c.Login.Password, sec.Password), pick(c.Login.NewPassword, sec.NewPassword)
	if !ok {
		return "", "", false
	}
	return pw, newPW, true
}
