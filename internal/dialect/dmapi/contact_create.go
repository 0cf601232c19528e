package dmapi

import (
	"context"
	"strings"

	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/command"
)

// contactCreate is contact-create (§7.4.2). The handle is in the result.
func contactCreate(ctx context.Context, rq *request) (*reply, error) {
	made, err := rq.createContact(ctx)
	if err != nil {
		return nil, err
	}
	return rq.warned(accepted(made.Outcome)), nil
}

// warned adds what registries may ask for and this server does not insist on: a state in the US and Canada (§8.1).
func (rq *request) warned(rp *reply) *reply {
	switch strings.ToUpper(rq.form.field("country")) {
	case "US", "CA":
		if rq.form.field("state") == "" {
			rp.warnings = append(rp.warnings, "Parameter state: registries may require it in this country")
		}
	}
	return rp
}

// contactCreateNow is v2/contact/create (§11): the handle is in the body.
func contactCreateNow(ctx context.Context, rq *request) (*reply, error) {
	rq.caller.Command = "contact-create" // so named in result lists
	made, err := rq.createContact(ctx)
	if err != nil {
		return nil, err
	}
	rp := rq.warned(accepted(made.Outcome))
	rp.body = "handle: " + strings.ToUpper(made.Handle)
	return rp, nil
}

func (rq *request) createContact(ctx context.Context) (command.CreatedContact, error) {
	tld, err := rq.contactTLD()
	if err != nil {
		return command.CreatedContact{}, err
	}
	data, err := rq.contactData(tld)
	if err != nil {
		return command.CreatedContact{}, err
	}
	return command.Do(ctx, rq.d.deps.Runner, rq.caller, command.CreateContact{Data: data, TLD: tld.Name,
		Dialect: name, Group: tld.HandlePrefix, Format: formatHandle(tld.HandlePrefix)})
}

// contactTLD is the TLD that the contact's handle will be for (§8.4: judged before anything else).
func (rq *request) contactTLD() (*catalog.TLD, error) {
	text, err := rq.form.require("tld")
	if err != nil {
		return nil, err
	}
	if t := rq.d.deps.Runner.Catalog().TLD(text); t != nil {
		return t, nil
	}
	return nil, param("tld", "supported TLD")
}
