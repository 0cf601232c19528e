package sim

import (
	"context"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// infoContact shows a contact to its sponsor and to whoever sends its authInfo (RFC 5733 §3.1.2); others get 2201.
func (s *Server) infoContact(ctx context.Context, c *call, in *epp.ContactInfo) (*answer, error) {
	ct, err := s.cfg.Store.Contact(ctx, c.who.Namespace, in.ID)
	if err != nil {
		return nil, absent(err, ofContact("id", in.ID))
	}
	auth, err := s.open(ct.AuthInfo, contactAAD(&ct))
	if err != nil {
		return nil, err
	}
	if in.AuthInfo != nil {
		err = entitled(in.AuthInfo, auth, ofContact("authInfo", ""))
	} else {
		err = sponsored(c, ct.Sponsor)
	}
	if err != nil {
		return nil, err
	}
	out, err := s.contactData(&ct)
	if err != nil {
		return nil, err
	}
	a := epp.Auth(auth)
	out.AuthInfo = &a
	return &answer{data: &epp.ResData{ContactInfo: out}}, nil
}

func (s *Server) contactData(ct *repo.Contact) (*epp.ContactInfoData, error) {
	out := &epp.ContactInfoData{ID: ct.Handle, ROID: s.roid('C', ct.ID),
		Statuses: epp.ContactStatuses(linkedStatuses(ct.Statuses, ct.Linked)...),
		Voice:    phoneOut(ct.Voice, ct.VoiceExt), Fax: phoneOut(ct.Fax, ct.FaxExt), Email: ct.Email, ClID: ct.Sponsor,
		CrID: ct.Creator, CrDate: ct.Created, UpID: ct.Updater, UpDate: ct.Updated}
	if ct.Int != nil {
		out.Postal = append(out.Postal, postalOut("int", ct.Int))
	}
	if ct.Loc != nil {
		out.Postal = append(out.Postal, postalOut("loc", ct.Loc))
	}
	var err error
	out.Disclose, err = discloseOut(ct.Disclose)
	return out, err
}
