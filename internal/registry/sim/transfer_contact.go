package sim

import (
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// contactWait is how long the sponsor of a contact may think about a transfer, in days.
const contactWait = 5

// transferContact answers the operations on a transfer of a contact (RFC 5733 §3.1.3 and §3.2.4).
func (s *Server) transferContact(ctx context.Context, c *call, cmd *epp.Command) (*answer, error) {
	in := cmd.TransferContact
	if cmd.TransferOp == epp.TransferQuery {
		return s.queryContactTransfer(ctx, c, in)
	}
	a := &answer{}
	err := s.inTx(ctx, func(ctx context.Context, tx repo.Tx) error {
		ct, err := s.lockContact(ctx, tx, c.who.Namespace, in.ID)
		if err != nil {
			return err
		}
		a.code = epp.CodeOK
		if cmd.TransferOp == epp.TransferRequest {
			a.code = epp.CodePending
			err = s.requestContact(ctx, tx, c, contactOrder{&ct, in})
		} else if err = mayDecide(c, cmd.TransferOp, ct.Sponsor, ct.Transfer, ofContact("id", in.ID)); err == nil {
			err = endContact(ctx, tx, &ct, ending{state: outcomes[cmd.TransferOp], at: c.now})
		}
		if err == nil {
			a.data = contactTransferData(&ct)
		}
		return err
	})
	return a, err
}

type contactOrder struct {
	ct *repo.Contact
	in *epp.ContactTransfer
}

func (s *Server) requestContact(ctx context.Context, tx repo.Tx, c *call, o contactOrder) error {
	ct := o.ct
	switch {
	case ct.Sponsor == c.who.ID:
		return refuse(epp.CodeNotTransferable, ofContact("id", ct.Handle), "the contact is the client's own")
	case o.in.AuthInfo == nil:
		return refuse(epp.CodeMissingParameter, ofContact("authInfo", ""), "authInfo is needed")
	}
	if err := s.entitled(o.in.AuthInfo, ct.AuthInfo, contactAAD(ct), ofContact("authInfo", "")); err != nil {
		return err
	}
	if ct.Transfer.Waits() {
		return refuse(epp.CodePendingTransfer, ofContact("id", ct.Handle), "a transfer is pending")
	}
	if err := allowed("Transfer", ct.Statuses, nil); err != nil {
		return err
	}
	ct.Transfer = &repo.Transfer{State: repo.TransferPending, ReID: c.who.ID, ReDate: c.now, AcID: ct.Sponsor,
		AcDate: c.now.Add(days(contactWait))}
	if err := tx.UpdateContact(ctx, ct); err != nil {
		return err
	}
	return note(ctx, tx, ct.Sponsor, c.now, &repo.TransferNote{Object: "contact", Name: ct.Handle, Transfer: *ct.Transfer})
}

// endContact ends a transfer that waits; the fx of by is not used, for contacts cost nothing.
func endContact(ctx context.Context, tx repo.Tx, ct *repo.Contact, by ending) error {
	t := ct.Transfer
	t.State, t.AcDate = by.state, by.at
	if by.state == epp.TransferClientApproved || by.state == epp.TransferServerApproved {
		ct.Sponsor, ct.Transferred = t.ReID, by.at
	}
	if err := tx.UpdateContact(ctx, ct); err != nil {
		return err
	}
	return tellBoth(ctx, tx, by.at, &repo.TransferNote{Object: "contact", Name: ct.Handle, Transfer: *t})
}

// contactEvent approves a transfer by time.
func (s *Server) contactEvent(ctx context.Context, tx repo.Tx, ct *repo.Contact) error {
	at := ct.Due()
	happened(tx, Event{At: at, Namespace: ct.Namespace, Object: "contact", Name: ct.Handle, Registrar: ct.Transfer.ReID,
		Kind: "transfer"})
	return endContact(ctx, tx, ct, ending{state: epp.TransferServerApproved, at: at})
}

// lockContact locks a contact and brings it up to now.
func (s *Server) lockContact(ctx context.Context, tx repo.Tx, namespace, id string) (repo.Contact, error) {
	ct, err := tx.LockContact(ctx, namespace, id)
	if err != nil {
		return ct, absent(err, ofContact("id", id))
	}
	if ripe(ct.Due(), s.cfg.Clocks.Registrar()) {
		err = s.contactEvent(ctx, tx, &ct)
	}
	return ct, err
}

func ripe(due, now time.Time) bool { return !due.IsZero() && !due.After(now) }

// contact reads a contact as it is now.
func (s *Server) contact(ctx context.Context, namespace, id string) (repo.Contact, error) {
	ct, err := s.cfg.Store.Contact(ctx, namespace, id)
	if err != nil || !ripe(ct.Due(), s.cfg.Clocks.Registrar()) {
		return ct, absent(err, ofContact("id", id))
	}
	err = s.inTx(ctx, func(ctx context.Context, tx repo.Tx) error {
		var err error
		ct, err = s.lockContact(ctx, tx, namespace, id)
		return err
	})
	return ct, err
}

func (s *Server) queryContactTransfer(ctx context.Context, c *call, in *epp.ContactTransfer) (*answer, error) {
	ct, err := s.contact(ctx, c.who.Namespace, in.ID)
	if err != nil {
		return nil, err
	}
	t := ct.Transfer
	switch {
	case in.AuthInfo != nil:
		err = s.entitled(in.AuthInfo, ct.AuthInfo, contactAAD(&ct), ofContact("authInfo", ""))
	case t == nil || t.ReID != c.who.ID && t.AcID != c.who.ID:
		err = sponsored(c, ct.Sponsor)
	}
	if err != nil {
		return nil, err
	}
	if t == nil {
		return nil, refuse(epp.CodeNotPendingTransfer, ofContact("id", in.ID), "there was no transfer")
	}
	return &answer{data: contactTransferData(&ct)}, nil
}

func contactTransferData(ct *repo.Contact) *epp.ResData {
	t := ct.Transfer
	return &epp.ResData{ContactTransfer: &epp.ContactTransferData{ID: ct.Handle, TrStatus: t.State, ReID: t.ReID, ReDate: t.ReDate,
		AcID: t.AcID, AcDate: t.AcDate}}
}
