package sim

import (
	"context"
	"slices"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// infoContact shows a contact to its sponsor and to whoever sends its authInfo (RFC 5733 §3.1.2); others get 2201.
func (s *Server) infoContact(ctx context.Context, c *call, in *epp.ContactInfo) (*answer, error) {
	ct, err := s.contact(ctx, c.who.Namespace, in.ID)
	if err != nil {
		return nil, err
	}
	auth, err := s.open(ct.AuthInfo, contactAAD(&ct))
	if err != nil {
		return nil, err
	}
	if in.AuthInfo != nil {
		err = s.entitled(in.AuthInfo, ct.AuthInfo, contactAAD(&ct), ofContact("authInfo", ""))
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

// contactStates are the statuses of a contact as shown; a pending transfer takes the place of ok.
func contactStates(ct *repo.Contact) []string {
	set := ct.Statuses
	if ct.Transfer.Waits() {
		set = append(slices.Clone(set), epp.StatusPendingTransfer)
	}
	return linkedStatuses(set, ct.Linked)
}

func (s *Server) contactData(ct *repo.Contact) (*epp.ContactInfoData, error) {
	out := &epp.ContactInfoData{ID: ct.Handle, ROID: s.roid('C', ct.ID),
		Statuses: epp.ContactStatuses(contactStates(ct)...),
		Voice:    phoneOut(ct.Voice, ct.VoiceExt), Fax: phoneOut(ct.Fax, ct.FaxExt), Email: ct.Email, ClID: ct.Sponsor,
		CrID: ct.Creator, CrDate: ct.Created, UpID: ct.Updater, UpDate: ct.Updated, TrDate: ct.Transferred}
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
