package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/polyreg/polyreg/internal/config"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/registry"
	"github.com/polyreg/polyreg/internal/registry/epp"
	"github.com/polyreg/polyreg/internal/seed"
	wire "github.com/polyreg/polyreg/internal/wire/epp"
)

// tuneOf gives what a configuration says about how a registry is used, beside where it is.
func tuneOf(r config.Registry) func(*epp.Config) {
	return func(c *epp.Config) {
		c.CheckWindow, c.CheckCache = epp.DefaultCheckWindow, epp.DefaultCheckCache
		if r.CheckWindow != nil {
			c.CheckWindow = *r.CheckWindow
		}
		if r.CheckCache != nil {
			c.CheckCache = *r.CheckCache
		}
		c.Rate = r.Rate
		for _, w := range r.Maintenance {
			c.Maintenance = append(c.Maintenance, epp.Window{From: *w.From, Until: *w.Until})
		}
		c.Timeouts = epp.Timeouts{Connect: r.Timeout.Connect, Command: r.Timeout.Command, KeepAlive: r.Timeout.KeepAlive,
			Logout: r.Timeout.Logout, Idle: r.Idle}
	}
}

// EPPTool talks to one configured registry for an operator: one session of its own, also during maintenance. What it finds it
// writes to Out.
type EPPTool struct {
	Out         io.Writer
	ShowSecrets bool // print authInfo and passwords as they are

	client *epp.Client
}

// OpenEPP makes the tool for the registry of a name. Nothing is connected yet.
func OpenEPP(c config.Config, name string, log *slog.Logger) (*EPPTool, error) {
	i := slices.IndexFunc(c.Registries, func(r config.Registry) bool { return r.Name == name })
	if i < 0 {
		var names []string
		for _, r := range c.Registries {
			names = append(names, r.Name)
		}
		return nil, fmt.Errorf("no registry is named %s; configured are: %s", name, strings.Join(names, ", "))
	}
	m, err := remoteOf(c.Registries[i])
	if err != nil {
		return nil, fmt.Errorf("registry %s: %w", name, err)
	}
	cat, err := seed.Builtin()
	if err != nil {
		return nil, err
	}
	conf := m.Config(cat, log)
	conf.MaxSessions, conf.Maintenance, conf.CheckCache = 1, nil, 0
	client, err := epp.New(conf)
	if err != nil {
		return nil, err
	}
	return &EPPTool{Out: io.Discard, client: client}, nil
}

// Close logs out.
func (t *EPPTool) Close() error { return t.client.Close() }

// Hello logs in and prints the greeting that answers a hello, and how long that took.
func (t *EPPTool) Hello(ctx context.Context) error {
	if err := t.client.Ping(ctx); err != nil { // logs in, so that the time below is that of one round trip
		return err
	}
	start := time.Now()
	answer, err := t.client.Raw(ctx, wire.EncodeHello())
	if err != nil {
		return err
	}
	took := time.Since(start)
	g, err := wire.DecodeGreeting(answer)
	if err != nil {
		return err
	}
	var extensions []string
	if g.Menu.Extensions != nil {
		extensions = g.Menu.Extensions.URIs
	}
	return t.table([][2]string{{"server", g.SvID}, {"date", stamp(g.SvDate)}, {"round trip", took.Round(10 * time.Microsecond).String()},
		{"versions", strings.Join(g.Menu.Versions, " ")}, {"languages", strings.Join(g.Menu.Langs, " ")}},
		list("object", g.Menu.Objects), list("extension", extensions))
}

// Check prints for each name whether it is free, asked of the registry now.
func (t *EPPTool) Check(ctx context.Context, texts []string) error {
	var names []dname.Name
	for _, text := range texts {
		n, err := dname.Parse(text)
		if err != nil {
			return fmt.Errorf("%s: %w", text, err)
		}
		names = append(names, n)
	}
	got, err := t.client.CheckDomains(registry.Fresh(ctx), names)
	if err != nil {
		return err
	}
	var rows [][2]string
	for _, a := range got {
		state := "free"
		if !a.Available {
			state = "taken"
			if a.Reason != "" {
				state += " (" + a.Reason + ")"
			}
		}
		rows = append(rows, [2]string{a.Name.String(), state})
	}
	return t.table(rows)
}

// Info prints an object: a "domain", a "host" or a "contact".
func (t *EPPTool) Info(ctx context.Context, kind, id string) error {
	if kind == "contact" {
		c, err := t.client.InfoContact(ctx, id)
		if err != nil {
			return err
		}
		return t.table(t.contact(c)...)
	}
	parse, show := dname.Parse, t.domain
	switch kind {
	case "domain":
	case "host":
		parse, show = dname.ParseHost, t.host
	default:
		return fmt.Errorf("%s: must be domain, host or contact", kind)
	}
	n, err := parse(id)
	if err != nil {
		return fmt.Errorf("%s: %w", id, err)
	}
	rows, err := show(ctx, n)
	if err != nil {
		return err
	}
	return t.table(rows...)
}

func (t *EPPTool) domain(ctx context.Context, n dname.Name) ([][][2]string, error) {
	d, err := t.client.InfoDomain(ctx, n)
	if err != nil {
		return nil, err
	}
	rows := [][][2]string{{{"domain", d.Name.String()}, {"roid", d.ROID}}, list("status", d.Statuses), {{"registrant", d.Registrant}}}
	for _, role := range []registry.ContactRole{registry.Admin, registry.Tech, registry.Billing} {
		rows = append(rows, list(string(role), d.Contacts[role]))
	}
	return append(rows, list("name server", d.NameServers), list("host", d.Hosts), [][2]string{{"sponsor", d.Sponsor}, {"creator", d.Creator},
		{"created", stamp(d.Created)}, {"updater", d.Updater}, {"updated", stamp(d.Updated)}, {"transferred", stamp(d.Transferred)},
		{"expires", stamp(d.Expires)}, {"authInfo", t.secret(d.AuthInfo)}}), nil
}

func (t *EPPTool) host(ctx context.Context, n dname.Name) ([][][2]string, error) {
	h, err := t.client.InfoHost(ctx, n)
	if err != nil {
		return nil, err
	}
	var addrs []string
	for _, a := range h.Addresses {
		addrs = append(addrs, a.String())
	}
	return [][][2]string{{{"host", h.Name.String()}}, list("status", h.Statuses), list("address", addrs), {{"sponsor", h.Sponsor}}}, nil
}

func (t *EPPTool) contact(c registry.Contact) [][][2]string {
	rows := [][][2]string{{{"contact", c.ID}, {"roid", c.ROID}}, list("status", c.Statuses)}
	for _, p := range []struct {
		form string
		*registry.Postal
	}{{"int", c.Int}, {"loc", c.Loc}} {
		if p.Postal == nil {
			continue
		}
		rows = append(rows, [][2]string{{"form", p.form}, {"name", p.Name}, {"organisation", p.Org}}, list("street", p.Street),
			[][2]string{{"city", p.City}, {"state", p.State}, {"code", p.Code}, {"country", p.Country}})
	}
	voice := c.Voice
	if c.VoiceExt != "" {
		voice += " x" + c.VoiceExt
	}
	return append(rows, [][2]string{{"voice", voice}, {"fax", c.Fax}, {"email", c.Email}, {"sponsor", c.Sponsor},
		{"created", stamp(c.Created)}, {"updated", stamp(c.Updated)}, {"authInfo", t.secret(c.AuthInfo)}})
}

// Raw sends the frame that in holds and prints the answer. A refusal is printed too, and is an error then.
func (t *EPPTool) Raw(ctx context.Context, in io.Reader) error {
	frame, err := io.ReadAll(io.LimitReader(in, wire.DefaultLimit))
	if err != nil {
		return err
	}
	if len(frame) == wire.DefaultLimit {
		return fmt.Errorf("the frame is longer than %d bytes", wire.DefaultLimit)
	}
	answer, err := t.client.Raw(ctx, frame)
	if err != nil {
		return err
	}
	shown := answer
	if !t.ShowSecrets {
		shown = wire.MaskSecrets(answer)
	}
	if _, err := fmt.Fprintln(t.Out, strings.TrimSpace(string(shown))); err != nil {
		return err
	}
	if res, err := wire.DecodeResponse(answer); err == nil && !wire.Success(res.Code()) {
		return fmt.Errorf("the registry refused: %d %s", res.Code(), wire.Text(res.Code()))
	}
	return nil
}

func (t *EPPTool) secret(s string) string {
	if s != "" && !t.ShowSecrets {
		return "*** (--show-secrets)"
	}
	return s
}

// table prints groups of rows of a word and its value, leaving out what has none.
func (t *EPPTool) table(groups ...[][2]string) error {
	w := tabwriter.NewWriter(t.Out, 0, 0, 2, ' ', 0)
	for _, rows := range groups {
		for _, r := range rows {
			if r[1] != "" {
				fmt.Fprintf(w, "%s\t%s\n", r[0], printable(r[1]))
			}
		}
	}
	return w.Flush()
}

// printable keeps what a registry sent from steering the terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return '?'
		}
		return r
	}, s)
}

func list[T ~string](word string, values []T) [][2]string {
	var rows [][2]string
	for _, v := range values {
		rows = append(rows, [2]string{word, string(v)})
	}
	return rows
}

func stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}
