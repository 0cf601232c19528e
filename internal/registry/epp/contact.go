package epp

import (
	"context"

	"github.com/polyreg/polyreg/internal/registry"
	wire "github.com/polyreg/polyreg/internal/wire/epp"
)

// InfoContact asks for a contact (RFC 5733 §3.1.2).
func (c *Client) InfoContact(ctx context.Context, id string) (registry.Contact, error) {
	data, err := c.ask(ctx, &wire.Command{InfoContact: &wire.ContactInfo{ID: id}})
	if err != nil {
		return registry.Contact{}, err
	}
	i := data.ContactInfo
	if i == nil {
		return registry.Contact{}, incomplete("contact data")
	}
	out := registry.Contact{ID: i.ID, ROID: i.ROID, Email: i.Email, AuthInfo: i.AuthInfo.Password(), Sponsor: i.ClID,
		Created: i.CrDate, Updated: i.UpDate}
	if i.Voice != nil {
		out.Voice, out.VoiceExt = i.Voice.Number, i.Voice.X
	}
	if i.Fax != nil {
		out.Fax = i.Fax.Number
	}
	for _, s := range i.Statuses {
		out.Statuses = append(out.Statuses, s.S)
	}
	for _, p := range i.Postal {
		a := &registry.Postal{Name: p.Name, Org: p.Org, Street: p.Addr.Street, City: p.Addr.City, State: p.Addr.SP,
			Code: p.Addr.PC, Country: p.Addr.CC}
		if p.Type == "loc" {
			out.Loc = a
		} else {
			out.Int = a
		}
	}
	return out, nil
}

// CreateContact makes a contact (RFC 5733 §3.2.1).
func (c *Client) CreateContact(ctx context.Context, clTRID string, in registry.Contact) (registry.Result, error) {
	cmd := &wire.ContactCreate{ID: in.ID, Email: in.Email, AuthInfo: wire.Auth(in.AuthInfo)}
	for _, p := range postals(in) {
		cmd.Postal = append(cmd.Postal, wire.PostalInfo{Type: p.kind, Name: p.Name, Org: p.Org, Addr: address(p.Postal)})
	}
	if in.Voice != "" {
		cmd.Voice = &wire.Phone{Number: in.Voice, X: in.VoiceExt}
	}
	if in.Fax != "" {
		cmd.Fax = &wire.Phone{Number: in.Fax}
	}
	return c.change(ctx, &wire.Command{CreateContact: cmd, ClTRID: clTRID})
}

// UpdateContact makes the contact what in says: phone, fax and organisation are removed where they are empty; an address
// form that is nil, an empty e-mail and an empty authInfo stay as they are (RFC 5733 §3.2.5).
func (c *Client) UpdateContact(ctx context.Context, clTRID string, in registry.Contact) (registry.Result, error) {
	chg := &wire.ContactChange{Voice: &wire.Phone{Number: in.Voice, X: in.VoiceExt}, Fax: &wire.Phone{Number: in.Fax}, Email: in.Email}
	for _, p := range postals(in) {
		a := address(p.Postal)
		chg.Postal = append(chg.Postal, wire.PostalChange{Type: p.kind, Name: &p.Name, Org: &p.Org, Addr: &a})
	}
	if in.AuthInfo != "" {
		auth := wire.Auth(in.AuthInfo)
		chg.AuthInfo = &auth
	}
	return c.change(ctx, &wire.Command{UpdateContact: &wire.ContactUpdate{ID: in.ID, Chg: chg}, ClTRID: clTRID})
}

// DeleteContact removes a contact that nothing refers to (RFC 5733 §3.2.2).
func (c *Client) DeleteContact(ctx context.Context, clTRID, id string) (registry.Result, error) {
	return c.change(ctx, &wire.Command{DeleteContact: &wire.ContactDelete{ID: id}, ClTRID: clTRID})
}

type kindOfPostal struct {
	kind string
	*registry.Postal
}

func postals(in registry.Contact) []kindOfPostal {
	var out []kindOfPostal
	if in.Int != nil {
		out = append(out, kindOfPostal{"int", in.Int})
	}
	if in.Loc != nil {
		out = append(out, kindOfPostal{"loc", in.Loc})
	}
	return out
}

func address(p *registry.Postal) wire.Address {
	return wire.Address{Street: p.Street, City: p.City, SP: p.State, PC: p.Code, CC: p.Country}
}
