package sim

import (
	"context"
	"errors"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// createContact makes a contact with the id that the client chose (RFC 5733 §3.2.1).
func (s *Server) createContact(ctx context.Context, c *call, in *epp.ContactCreate) (*answer, error) {
	if !validHandle(in.ID) {
		return nil, refuse(epp.CodeValueSyntax, ofContact("id", in.ID), "ids are ASCII without spaces")
	}
	ct := repo.Contact{Namespace: c.who.Namespace, Handle: in.ID, Sponsor: c.who.ID, Creator: c.who.ID, Email: in.Email, Created: c.now}
	for i := range in.Postal {
		form := &ct.Int
		if in.Postal[i].Type == "loc" {
			form = &ct.Loc
		}
		if *form != nil {
			return nil, refuse(epp.CodePolicy, ofContact("postalInfo", in.Postal[i].Type), "one address of each form")
		}
		*form = postalIn(&in.Postal[i])
	}
	for _, p := range []*epp.Phone{in.Voice, in.Fax} {
		if p != nil && p.Number == "" {
			return nil, refuse(epp.CodeValueSyntax, ofContact("voice", ""), "an empty number; leave the element out")
		}
	}
	setPhones(&ct, in.Voice, in.Fax)
	if err := valid(&ct); err != nil {
		return nil, err
	}
	var err error
	if ct.Disclose, err = discloseIn(in.Disclose); err != nil {
		return nil, err
	}
	if ct.AuthInfo, err = s.seal(in.AuthInfo.PW, contactAAD(&ct), ofContact("authInfo", "")); err != nil {
		return nil, err
	}
	err = s.inTx(ctx, func(ctx context.Context, tx repo.Tx) error { return tx.InsertContact(ctx, &ct) })
	if errors.Is(err, repo.ErrExists) {
		return nil, refuse(epp.CodeExists, ofContact("id", in.ID), "in use")
	}
	return &answer{data: &epp.ResData{ContactCreate: &epp.ContactCreateData{ID: ct.Handle, CrDate: ct.Created}}}, err
}

// setPhones takes numbers over that are given; an empty number removes.
func setPhones(ct *repo.Contact, voice, fax *epp.Phone) {
	set := func(p *epp.Phone, number, ext *string) {
		if p != nil {
			*number, *ext = p.Number, p.X
			if p.Number == "" {
				*ext = ""
			}
		}
	}
	set(voice, &ct.Voice, &ct.VoiceExt)
	set(fax, &ct.Fax, &ct.FaxExt)
}
