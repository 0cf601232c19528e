package epp

import (
	"strings"
	"testing"
)

func loginSample(pw, newPW string) *Command {
	c := &Command{Login: &Login{ClID: "registrar", Options: LoginOptions{Version: Version, Lang: Lang},
		Services: Services{Objects: []string{NSDomain}, Extensions: &ExtURIs{URIs: []string{NSLoginSec}}}}}
	c.SetPasswords(pw, newPW)
	return c
}

func loginSecCommands() map[string]*Command {
	long := loginSample(strings.Repeat("this is a long password ", 4)+"x", "")
	long.Ext.LoginSec.UserAgent = &UserAgent{App: "polyreg 1.0", Tech: "Go", OS: "any"}
	tech := loginSample("secret-12", "secret-34")
	tech.Ext.LoginSec = &LoginSec{UserAgent: &UserAgent{Tech: "Go"}}
	os := loginSample("short!", "shortly")
	os.Ext.LoginSec.UserAgent = &UserAgent{OS: "x"}
	return map[string]*Command{"login-long": long, "login-agent": tech, "login-short": os}
}

func loginSecResponses() map[string]*Response {
	return map[string]*Response{"login-sec": extended(ResponseExt{LoginSec: &LoginSecData{Events: []LoginEvent{
		{Type: EventPassword, Level: EventWarning, ExDate: t1, Lang: "en", Text: "Password expires soon"},
		{Type: EventStat, Name: "failedLogins", Level: EventWarning, Value: "100", Duration: "P1D", Text: "Excessive invalid daily logins"},
		{Type: EventCipher, Level: EventError, Value: "TLS_RSA"}, {Type: EventCustom, Name: "x", Level: EventError}}}})}
}

func TestPasswords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pw, newPW string
		extension bool
	}{{"secret-12", "", false}, {"secret-12", "secret-34", false}, {"short!", "", true}, {"secret-12", strings.Repeat("ä", 65), true},
		{strings.Repeat("a", 64), "", false}, {LoginSecPassword, "", true}} {
		cmd := loginSample(c.pw, c.newPW)
		pw, newPW, ok := cmd.Passwords()
		if !ok || pw != c.pw || newPW != c.newPW || (cmd.Ext.LoginSec != nil) != c.extension {
			t.Errorf("%q %q: got %q %q %t %+v", c.pw, c.newPW, pw, newPW, ok, cmd.Ext)
		}
	}
	for name, spoil := range map[string]func(*Command){
		"nothing behind it": func(c *Command) { c.Ext.LoginSec = nil },
		"both":              func(c *Command) { c.Login.Password = "secret-12" },
		"new in one only":   func(c *Command) { c.Ext.LoginSec.NewPassword = "other-one" },
	} {
		c := loginSample("short!", "")
		spoil(c)
		if pw, _, ok := c.Passwords(); ok || pw != "" {
			t.Errorf("%s: taken", name)
		}
	}
	frame, err := EncodeCommand(loginSample("sh0rt!", "l0nger!"))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(MaskSecrets(frame)); strings.Contains(got, "sh0rt!") || strings.Contains(got, "l0nger!") {
		t.Error(got)
	}
}
