package config

import (
	"net"
	"strings"
	"time"
)

// Registry is one registry reached over EPP.
type Registry struct {
	Name         string   `yaml:"name"`
	Environment  string   `yaml:"environment"` // live | test
	TLDs         []string `yaml:"tlds"`        // empty: all that no other registry of the environment serves
	Address      string   `yaml:"address"`     // host:port
	ServerName   string   `yaml:"server_name"`
	CA           string   `yaml:"ca"`   // PEM file; the system's authorities without it
	Cert         string   `yaml:"cert"` // client certificate, PEM file
	Key          string   `yaml:"key"`
	User         string   `yaml:"user"`
	PasswordFile string   `yaml:"password_file"`
	Sessions     int      `yaml:"sessions"`
	Profile      string   `yaml:"profile"`         // kind of registry; stands for the next two
	NoContacts   bool     `yaml:"no_contacts"`     // thin registry
	HostAttr     bool     `yaml:"host_attributes"` // no host objects
	CheckLimit   int      `yaml:"check_limit"`     // names per check command
	// CheckWindow is how long an availability check waits for others to share a command with while one is under way, and
	// CheckCache how long its answer is given to others; 0 turns each off, left out they have sensible values.
	CheckWindow *time.Duration `yaml:"check_window"`
	CheckCache  *time.Duration `yaml:"check_cache"`
	Rate        float64        `yaml:"rate"`        // commands per second over all sessions; 0: no limit
	Maintenance []Window       `yaml:"maintenance"` // nothing is sent then
	Idle        time.Duration  `yaml:"idle"`        // a session unused for so long is logged out; 0: kept open
	Timeout     Timeout        `yaml:"timeout"`
}

// Timeout bounds what is waited for at a registry; 0 takes the default.
type Timeout struct {
	Connect   time.Duration `yaml:"connect"`    // connection, TLS, greeting and log-in together
	Command   time.Duration `yaml:"command"`    // one answer
	KeepAlive time.Duration `yaml:"keep_alive"` // an idle session gets a hello so often
	Logout    time.Duration `yaml:"logout"`     // the answer to a log-out
}

// Window is a time of maintenance, with its zone: 2026-01-31T22:00:00Z. From is in it, Until is not.
type Window struct {
	From  *time.Time `yaml:"from"`
	Until *time.Time `yaml:"until"`
}

// The greatest times that make sense: longer ones would be felt, or show names as they were long ago.
const (
	maxCheckWindow = time.Second
	maxCheckCache  = time.Minute
)

func (r Registry) validate(bad func(string, string, ...any), seen map[string]bool) {
	switch {
	case r.Name == "" || strings.ContainsAny(r.Name, " \t\n*"):
		bad("name", "a name without blanks is needed")
	case seen[r.Name]:
		bad("name", "%s is named twice", r.Name)
	}
	seen[r.Name] = true
	if r.Environment != "live" && r.Environment != "test" {
		bad("environment", "must be live or test")
	}
	if _, _, err := net.SplitHostPort(r.Address); err != nil {
		bad("address", "must be host:port")
	}
	if r.User == "" || r.PasswordFile == "" {
		bad("user", "user and password_file are needed")
	}
	if (r.Cert == "") != (r.Key == "") {
		bad("cert", "give cert and key, or neither")
	}
	if r.Profile != "" && (r.NoContacts || r.HostAttr) {
		bad("profile", "says what no_contacts and host_attributes say: leave those out")
	}
	r.validatePace(bad)
}

// validatePace judges how the registry is used.
func (r Registry) validatePace(bad func(string, string, ...any)) {
	if r.CheckLimit < 0 || r.Sessions < 0 {
		bad("sessions", "sessions and check_limit must not be negative")
	}
	if d := r.CheckWindow; d != nil && (*d < 0 || *d > maxCheckWindow) {
		bad("check_window", "must be between 0 and %v", maxCheckWindow)
	}
	if d := r.CheckCache; d != nil && (*d < 0 || *d > maxCheckCache) {
		bad("check_cache", "must be between 0 and %v", maxCheckCache)
	}
	if !(r.Rate >= 0 && r.Rate <= 1e6) { // also refuses what is no number
		bad("rate", "must be a number of commands per second, 0 for no limit")
	}
	for _, w := range r.Maintenance {
		if w.From == nil || w.Until == nil || !w.From.Before(*w.Until) {
			bad("maintenance", "each window needs from and a later until, such as 2026-01-31T22:00:00Z")
			break
		}
	}
	for _, t := range []struct {
		key string
		d   time.Duration
	}{{"idle", r.Idle}, {"timeout.connect", r.Timeout.Connect}, {"timeout.command", r.Timeout.Command},
		{"timeout.keep_alive", r.Timeout.KeepAlive}, {"timeout.logout", r.Timeout.Logout}} {
		if t.d < 0 {
			bad(t.key, "must not be negative")
		}
	}
}
