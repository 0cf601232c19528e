package domainrobot

import (
	"context"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/internetx"
)

// delegated tells that an owner change runs as an update, for no registry here has a trade of its own (domainrobot-json.md §6).
var delegated = internetx.Cause{Code: "MSG0102", Text: internetx.Text{
	EN: "The execution was delegated to the domain update task.", DE: "Die Ausführung wurde an den Auftrag Domain-Update übergeben."}}

// ownerChange is PUT /domain/{name}/_ownerChange, POST /domain/_ownerChange and POST /domain/_trade (0104010); the latter two have
// the name in the body. Other contacts and name servers that differ come along.
func ownerChange(ctx context.Context, d *Dialect, q *request) (answer, error) {
	r := &reader{v: q.body, path: "domain"}
	name := q.arg("name")
	if name == "" {
		name, _ = r.text("name")
		name = strings.TrimSuffix(strings.TrimSpace(name), ".")
		if name == "" {
			r.Add(bad(errs.Missing, "domain.name", "", "is required"))
		}
	}
	if isEmpty(q.body.Get("ownerc")) {
		r.Add(bad(errs.Missing, "domain.ownerc", "", "is required"))
	}
	o, err := d.readDomain(ctx, q)
	if errs.Is(err, errs.Internal) {
		return answer{}, err
	}
	r.Add(errs.As(err))
	if err := r.Err(); err != nil {
		return answer{}, err
	}
	if err := d.consents(ctx, q, name, o); err != nil {
		return answer{}, err
	}
	cmd := command.UpdateDomain{Name: name, Contacts: o.contacts}
	if o.servers.Given() {
		cmd.Servers = &o.servers
	}
	a, err := d.changeDomain(ctx, q, cmd)
	if err == nil {
		a.messages = []message{q.notice(delegated, "domain", shownName(name))}
	}
	return a, err
}
