package sim

import (
	"context"
	"errors"
	"strconv"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// poll shows the oldest message or removes one (RFC 5730 §2.9.2.3). A message that is gone, or another's, is 2303.
func (s *Server) poll(ctx context.Context, c *call, in *epp.Poll) (*answer, error) {
	if in.Op == "req" {
		return s.pollRequest(ctx, c)
	}
	if in.MsgID == "" {
		return nil, refuse(epp.CodeMissingParameter, ofEPP("poll", ""), "msgID is needed")
	}
	gone := refuse(epp.CodeNotExist, ofEPP("poll", in.MsgID), "no such message")
	number, err := strconv.ParseInt(in.MsgID, 10, 64)
	if err != nil {
		return nil, gone
	}
	a := &answer{}
	err = s.inTx(ctx, func(ctx context.Context, tx repo.Tx) error {
		a.msgQ = nil
		if err := tx.DeleteMessage(ctx, c.who.ID, number); err != nil {
			if errors.Is(err, repo.ErrNotFound) {
				return gone
			}
			return err
		}
		next, n, err := tx.FirstMessage(ctx, c.who.ID)
		if errors.Is(err, repo.ErrNotFound) {
			return nil
		}
		a.msgQ = &epp.MsgQueue{Count: uint64(n), ID: strconv.FormatInt(next.ID, 10)}
		return err
	})
	return a, err
}

// pollRequest lets some of what is due happen first, for time speaks to a registrar by messages alone.
func (s *Server) pollRequest(ctx context.Context, c *call) (*answer, error) {
	if s.ticking.TryLock() {
		_, _, err := s.tickBatch(ctx)
		s.ticking.Unlock()
		if err != nil {
			s.cfg.Logger.Error("what is due cannot be carried out", "err", err)
		}
	}
	m, n, err := s.cfg.Store.FirstMessage(ctx, c.who.ID)
	if errors.Is(err, repo.ErrNotFound) {
		return &answer{code: epp.CodeNoMessages}, nil
	}
	if err != nil {
		return nil, err
	}
	a := &answer{code: epp.CodeAckToDequeue, msgQ: &epp.MsgQueue{Count: uint64(n), ID: strconv.FormatInt(m.ID, 10),
		QDate: m.Queued, Msg: &epp.Message{Text: m.Text}}}
	if p := m.PanData; p != nil {
		a.data = &epp.ResData{DomainPending: &epp.DomainPendingData{
			Name:   epp.PendingName{Result: p.Done, Name: p.Name},
			PaTRID: epp.TRID{ClTRID: p.ClTRID, SvTRID: p.SvTRID}, PaDate: p.Date}}
	}
	if n := m.Transfer; n != nil && n.Object == "contact" {
		a.data = contactTransferData(&repo.Contact{Handle: n.Name, Transfer: &n.Transfer})
	} else if n != nil {
		a.data = transferData(n.Name, &n.Transfer)
	}
	if m.Change != nil {
		err = s.showChange(ctx, c, m.Change, a)
	}
	return a, err
}

// showChange adds the domain as it is now and what the registry changed of it (RFC 8590); a domain that is gone is not shown.
func (s *Server) showChange(ctx context.Context, c *call, n *repo.ChangeNote, a *answer) error {
	d, err := s.domain(ctx, c.who.Namespace, n.Name)
	if errors.Is(err, repo.ErrNotFound) || err == nil && d.Sponsor != c.who.ID {
		return nil
	}
	if err != nil {
		return err
	}
	a.data = &epp.ResData{DomainInfo: s.domainData(&d, "all")}
	a.ext = s.domainExt(&d, c.now)
	if s.offers(epp.NSChangePoll) {
		a.ext.ChangePoll = &epp.ChangeData{State: "after", Operation: epp.ChangeOperation{Name: n.Op}, Date: n.Date, SvTRID: n.SvTRID,
			Who: n.Who, Reason: epp.Because(n.Reason)}
	}
	return nil
}
