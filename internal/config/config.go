// Package config is the configuration of `polyreg serve`: one struct, read strictly from YAML with errors that name line
// and column, overlaid from the environment, completed with defaults and validated.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"time"

	"github.com/caarlos0/env/v11"
	"github.com/goccy/go-yaml"
)

// Config is everything an operator can say.
type Config struct {
	Node       string     `yaml:"node" env:"NODE"`
	Database   Database   `yaml:"database" envPrefix:"DATABASE_"`
	SecretFile string     `yaml:"secret_key_file" env:"SECRET_KEY_FILE"`
	SecretKey  string     `yaml:"-" env:"SECRET_KEY"` // the key ring's text; the environment alone, never a file that is shown around
	Platform   Platform   `yaml:"platform"`
	Mail       Mail       `yaml:"mail" envPrefix:"MAIL_"`
	Listen     Listen     `yaml:"listen" envPrefix:"LISTEN_"`
	DNS        DNS        `yaml:"dns" envPrefix:"DNS_"`
	TLS        TLS        `yaml:"tls" envPrefix:"TLS_"`
	Limits     string     `yaml:"limits" env:"LIMITS"` // real | off
	Order      Order      `yaml:"order"`
	Registries []Registry `yaml:"registries"`
	LogLevel   string     `yaml:"log_level" env:"LOG_LEVEL"` // debug | info | warn | error
}

// Database says where the data is: one of both.
type Database struct {
	URL      string `yaml:"url" env:"URL"`   // PostgreSQL 15 or newer
	Path     string `yaml:"path" env:"PATH"` // a SQLite file, for one node alone
	MaxConns int32  `yaml:"max_conns" env:"MAX_CONNS"`
}

// Platform is what belongs to the operator.
type Platform struct {
	NameServers []string `yaml:"name_servers"`
	NSSet       string   `yaml:"nsset"`
	ZoneRecords int      `yaml:"zone_records"` // the most records of a zone; 0: 10,000
	// Redirect are addresses at which listen.redirect answers on port 80; names that are forwarded get them.
	Redirect []string `yaml:"redirect"`
	URL      string   `yaml:"url"`  // where people reach the platform, for links in mails
	Name     string   `yaml:"name"` // how it calls itself in mails
}

// Mail says how mandatory notices reach registrants; without an address they wait in the database.
type Mail struct {
	SMTP         string `yaml:"smtp" env:"SMTP"` // host:port of a submission server
	TLS          string `yaml:"tls" env:"TLS"`   // starttls | tls | none
	User         string `yaml:"user" env:"USER"`
	PasswordFile string `yaml:"password_file" env:"PASSWORD_FILE"`
	Password     string `yaml:"-" env:"PASSWORD"` // the environment alone
	From         string `yaml:"from" env:"FROM"`
}

// Listen are the addresses; an empty one is not opened.
type Listen struct {
	HTTP    string `yaml:"http" env:"HTTP"`
	HTTPS   string `yaml:"https" env:"HTTPS"`
	OpenSRS string `yaml:"opensrs" env:"OPENSRS"`
	Metrics string `yaml:"metrics" env:"METRICS"` // /metrics and health alone; not for the public
	// Redirect is for names that are forwarded by HTTP.
	Redirect string `yaml:"redirect" env:"REDIRECT"`
}

// TLS names the server certificate's files.
type TLS struct {
	Cert string `yaml:"cert" env:"CERT"`
	Key  string `yaml:"key" env:"KEY"`
}

// Order bounds what callers and nodes wait for.
type Order struct {
	Inline     time.Duration `yaml:"inline"`
	Exchange   time.Duration `yaml:"exchange"`
	Margin     time.Duration `yaml:"margin"`
	ProbeEvery time.Duration `yaml:"probe_every"`
	Sweep      time.Duration `yaml:"sweep"`
	Poll       time.Duration `yaml:"poll"`
	Due        time.Duration `yaml:"due"` // pace of what time does to names
}

// Prefix of all environment variables.
const Prefix = "POLYREG_"

// Load reads a file, the environment over it, and validates. Every problem is reported.
func Load(path string) (Config, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return Config{}, fmt.Errorf("reading the configuration: %w", err)
	}
	return Parse(data, path)
}

// Parse is Load for text that was read already; name stands in errors.
func Parse(data []byte, name string) (Config, error) {
	var c Config
	dec := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict())
	if err := dec.Decode(&c); err != nil && !errors.Is(err, io.EOF) {
		return c, fmt.Errorf("%s: %s", name, yaml.FormatError(err, false, true))
	}
	if err := dec.Decode(&Config{}); !errors.Is(err, io.EOF) {
		return c, fmt.Errorf("%s: one document is expected, and there are more", name)
	}
	if err := env.ParseWithOptions(&c, env.Options{Prefix: Prefix}); err != nil {
		return c, fmt.Errorf("environment: %w", err)
	}
	c.defaults()
	if err := c.Validate(); err != nil {
		return c, fmt.Errorf("%s: %w", name, err)
	}
	return c, nil
}

func (c *Config) defaults() {
	if c.Node == "" {
		if c.Node, _ = os.Hostname(); c.Node == "" { // a machine without a name still needs one in leases
			c.Node = "node"
		}
	}
	if c.Limits == "" {
		c.Limits = "real"
	}
	if c.DNS.RateLimit == 0 {
		c.DNS.RateLimit = defaultRateLimit
	}
	if c.LogLevel == "" {
		c.LogLevel = "info"
	}
	for i := range c.Registries {
		r := &c.Registries[i]
		if r.Environment == "" {
			r.Environment = "live"
		}
		if r.CheckLimit == 0 && r.Profile == "" {
			r.CheckLimit = 10
		}
	}
}

// Validate reports everything that is wrong, one line each.
func (c *Config) Validate() error {
	var probs []error
	bad := func(key, format string, args ...any) {
		probs = append(probs, fmt.Errorf("%s: %s", key, fmt.Sprintf(format, args...)))
	}
	if (c.Database.URL == "") == (c.Database.Path == "") {
		bad("database", "give either url (PostgreSQL) or path (SQLite, one node)")
	}
	if c.SecretFile == "" && c.SecretKey == "" {
		bad("secret_key_file", "a secret key is needed: name its file, or put the key into %sSECRET_KEY; `polyreg key generate` makes one", Prefix)
	}
	if c.Limits != "real" && c.Limits != "off" {
		bad("limits", "must be real or off")
	}
	switch c.LogLevel {
	case "debug", "info", "warn", "error":
	default:
		bad("log_level", "must be debug, info, warn or error")
	}
	c.validateMail(bad)
	c.validateListen(bad)
	c.validateDNS(bad)
	c.validateNumbers(bad)
	seen := map[string]bool{}
	for i, r := range c.Registries {
		r.validate(func(key, format string, args ...any) { bad(fmt.Sprintf("registries[%d].%s", i, key), format, args...) }, seen)
	}
	if len(c.Registries) == 0 {
		bad("registries", "at least one registry is needed; `polyreg registry` runs the built-in one")
	}
	return errors.Join(probs...)
}

// validateNumbers: 0 means the default; less than that means nothing.
func (c *Config) validateNumbers(bad func(string, string, ...any)) {
	if c.Platform.ZoneRecords < 0 {
		bad("platform.zone_records", "must not be negative")
	}
	if c.Database.MaxConns < 0 {
		bad("database.max_conns", "must not be negative")
	}
	o := c.Order
	for _, d := range []struct {
		key string
		v   time.Duration
	}{{"inline", o.Inline}, {"exchange", o.Exchange}, {"margin", o.Margin}, {"probe_every", o.ProbeEvery}, {"sweep", o.Sweep}, {"poll", o.Poll}, {"due", o.Due}} {
		if d.v < 0 {
			bad("order."+d.key, "must not be negative")
		}
	}
}

func (c *Config) validateListen(bad func(string, string, ...any)) {
	for i, a := range c.Platform.Redirect {
		if ip, err := netip.ParseAddr(a); err != nil || ip.Zone() != "" || ip.Is4In6() {
			bad(fmt.Sprintf("platform.redirect[%d]", i), "must be an address, such as 192.0.2.80")
		}
	}
	if c.Listen.HTTP == "" && c.Listen.HTTPS == "" {
		bad("listen", "open at least one of http and https")
	}
	for _, l := range []struct{ key, addr string }{{"listen.http", c.Listen.HTTP}, {"listen.https", c.Listen.HTTPS}, {"listen.opensrs", c.Listen.OpenSRS}, {"listen.metrics", c.Listen.Metrics}, {"listen.redirect", c.Listen.Redirect}} {
		if l.addr == "" {
			continue
		}
		if _, _, err := net.SplitHostPort(l.addr); err != nil {
			bad(l.key, "must be an address with a port, such as 127.0.0.1:8443 or :8443")
		}
	}
	if (c.Listen.HTTPS != "" || c.Listen.OpenSRS != "") && (c.TLS.Cert == "" || c.TLS.Key == "") {
		bad("tls", "https and opensrs need cert and key")
	}
}
