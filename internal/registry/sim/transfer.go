package sim

import (
	"context"
	"fmt"
	"time"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// ending is how and when a transfer ends.
type ending struct {
	state string
	at    time.Time
	fx    *effects
}

// transferDomain answers the operations on a transfer of a domain (RFC 5731 §3.1.3 and §3.2.4).
func (s *Server) transferDomain(ctx context.Context, c *call, cmd *epp.Command) (*answer, error) {
	in := cmd.TransferDomain
	name, err := domainName(in.Name)
	if err != nil {
		return nil, err
	}
	if cmd.TransferOp == epp.TransferQuery {
		return s.queryTransfer(ctx, c, string(name), in.AuthInfo)
	}
	var a *answer
	err = s.inTx(ctx, func(ctx context.Context, tx repo.Tx) error {
		d, err := s.lockDomain(ctx, tx, c.who.Namespace, string(name))
		if err != nil {
			return err
		}
		a = &answer{}
		if cmd.TransferOp == epp.TransferRequest {
			return s.requestTransfer(ctx, tx, c, &transferOrder{cmd, &d, a})
		}
		return s.decideTransfer(ctx, tx, c, &transferOrder{cmd, &d, a})
	})
	return a, err
}

// transferOrder is a transfer command on a locked domain and the answer that it gets.
type transferOrder struct {
	cmd *epp.Command
	d   *repo.Domain
	a   *answer
}

// requestTransfer begins a transfer to the caller.
func (s *Server) requestTransfer(ctx context.Context, tx repo.Tx, c *call, o *transferOrder) error {
	d, in := o.d, o.cmd.TransferDomain
	if d.Sponsor == c.who.ID {
		return refuse(epp.CodeNotTransferable, ofDomain("name", d.Name), "the domain is the client's own")
	}
	if in.AuthInfo == nil {
		return refuse(epp.CodeMissingParameter, ofDomain("authInfo", ""), "authInfo is needed")
	}
	if err := s.entitled(in.AuthInfo, s.authOf(d, c.now), domainAAD(d), ofDomain("authInfo", "")); err != nil {
		return err
	}
	tld := s.policy(d.Name)
	years, err := transferYears(tld, d, in.Period, c.now)
	if err != nil {
		return err
	}
	fee, err := s.agree(dname.Name(d.Name), epp.FeeForTransfer, years, o.cmd.Ext.FeeTransfer)
	if err != nil {
		return err
	}
	if inTransit(d) {
		outOfTransit(d, tld, c.now)
	}
	if err := s.openTransfer(ctx, tx, c, d, repo.Transfer{Years: years, Fee: fee}); err != nil {
		return err
	}
	o.a.code = epp.CodePending
	if tld.InstantTransfer {
		o.a.code = epp.CodeOK
		var fx effects
		if err := s.completeTransfer(ctx, tx, d, ending{epp.TransferServerApproved, c.now, &fx}); err != nil {
			return err
		}
		if err := fx.book(ctx, tx); err != nil {
			return err
		}
	}
	left, err := c.charge(ctx, tx, fee)
	if err != nil {
		return err
	}
	if o.cmd.Ext.FeeTransfer != nil {
		o.a.ext.FeeTransfer = s.charged(epp.FeeForTransfer, fee, left, in.Period)
	}
	o.a.data = transferData(d.Name, d.Transfer)
	return nil
}

// transferYears is the term that a transfer adds. An explicit one may not reach too far.
func transferYears(tld TLD, d *repo.Domain, p *epp.Period, now time.Time) (int, error) {
	if tld.TransferNoYear {
		if p != nil {
			return 0, refuse(epp.CodePolicy, ofDomain("period", ""), "a transfer does not prolong here")
		}
		return 0, nil
	}
	years, err := tld.years(p)
	if err != nil || p == nil {
		return years, err
	}
	from := d.Expires
	if g := within(d, epp.RGPAutoRenewPeriod, now); g != nil {
		from = g.From
	}
	_, err = tld.extend(from, now, years)
	return years, err
}

// openTransfer holds a domain to the rules and begins its transfer to c; t has years and fee.
func (s *Server) openTransfer(ctx context.Context, tx repo.Tx, c *call, d *repo.Domain, t repo.Transfer) error {
	if d.Transfer.Waits() {
		return refuse(epp.CodePendingTransfer, ofDomain("name", d.Name), "a transfer is pending")
	}
	if err := allowed("Transfer", d.Statuses, nil); err != nil {
		return err
	}
	if err := idle(d); err != nil {
		return err
	}
	tld := s.policy(d.Name)
	if free := later(d.Created, d.Transferred).Add(days(tld.TransferLock)); c.now.Before(free) && tld.TransferLock > 0 {
		return refuse(epp.CodeNotTransferable, ofDomain("name", d.Name), "no transfer within %d days of a registration or transfer",
			tld.TransferLock)
	}
	t.State, t.ReID, t.ReDate, t.AcID = repo.TransferPending, c.who.ID, c.now, d.Sponsor
	t.AcDate, t.ExDate = c.now.Add(days(tld.TransferWait)), tld.prolonged(d, t.Years, c.now)
	d.Transfer = &t
	if err := tx.SaveDomain(ctx, d); err != nil || tld.InstantTransfer {
		return err
	}
	return note(ctx, tx, d.Sponsor, c.now, &repo.TransferNote{Object: "domain", Name: d.Name, Transfer: t})
}

// decideTransfer lets the sponsor approve or reject and the requester cancel.
func (s *Server) decideTransfer(ctx context.Context, tx repo.Tx, c *call, o *transferOrder) error {
	if err := mayDecide(c, o.cmd.TransferOp, o.d.Sponsor, o.d.Transfer, ofDomain("name", o.d.Name)); err != nil {
		return err
	}
	var fx effects
	if err := s.endTransfer(ctx, tx, o.d, ending{outcomes[o.cmd.TransferOp], c.now, &fx}); err != nil {
		return err
	}
	o.a.data = transferData(o.d.Name, o.d.Transfer)
	return fx.book(ctx, tx)
}

// outcomes are the states that the operations lead to.
var outcomes = map[string]string{epp.TransferApprove: epp.TransferClientApproved, epp.TransferReject: epp.TransferClientRejected,
	epp.TransferCancel: epp.TransferClientCancelled}

// mayDecide: approve and reject are the sponsor's, cancel is the requester's (2201); without a transfer under way it is 2301.
func mayDecide(c *call, op, sponsor string, t *repo.Transfer, at element) error {
	who := sponsor
	if op == epp.TransferCancel && t != nil {
		who = t.ReID
	}
	switch {
	case t.Waits() && c.who.ID == who:
		return nil
	case !t.Waits() && (c.who.ID == sponsor || c.who.ID == who):
		return refuse(epp.CodeNotPendingTransfer, at, "no transfer is pending")
	}
	return refuse(epp.CodeAuthorization, at, "")
}

// endTransfer ends a transfer that waits.
func (s *Server) endTransfer(ctx context.Context, tx repo.Tx, d *repo.Domain, by ending) error {
	if by.state == epp.TransferClientApproved || by.state == epp.TransferServerApproved {
		return s.completeTransfer(ctx, tx, d, by)
	}
	t := d.Transfer
	by.fx.charge(t.ReID, -t.Fee)
	t.State, t.AcDate, t.ExDate = by.state, by.at, time.Time{}
	if err := tx.SaveDomain(ctx, d); err != nil {
		return err
	}
	return tellBoth(ctx, tx, by.at, &repo.TransferNote{Object: "domain", Name: d.Name, Transfer: *t})
}

// completeTransfer gives the domain and the hosts below it to the requester (RFC 5731 §3.2.4). The loser gets an
// auto-renewal back that is within its grace; RFC 9154 §5.5 clears the authInfo.
func (s *Server) completeTransfer(ctx context.Context, tx repo.Tx, d *repo.Domain, by ending) error {
	t, tld := d.Transfer, s.policy(d.Name)
	was := d.Expires
	if p := within(d, epp.RGPAutoRenewPeriod, by.at); p != nil && t.Years > 0 {
		by.fx.charge(d.Sponsor, -p.Fee)
		was = p.From
	}
	d.Expires = tld.prolonged(d, t.Years, by.at)
	d.Periods = nil
	tld.begin(d, epp.RGPTransferPeriod, by.at, was, t.Fee)
	d.Sponsor, d.Transferred = t.ReID, by.at
	t.State, t.AcDate, t.ExDate = by.state, by.at, d.Expires
	if s.cfg.SecureAuthInfo {
		d.AuthInfo = ""
	}
	if err := tx.SaveDomain(ctx, d); err != nil {
		return err
	}
	if len(d.Hosts) > 0 {
		if err := tx.MoveHosts(ctx, d.ID, d.Sponsor); err != nil {
			return err
		}
	}
	return tellBoth(ctx, tx, by.at, &repo.TransferNote{Object: "domain", Name: d.Name, Transfer: *t})
}

// queryTransfer shows the latest transfer to both parties, and to whoever knows the authInfo.
func (s *Server) queryTransfer(ctx context.Context, c *call, name string, auth *epp.AuthInfo) (*answer, error) {
	d, err := s.domain(ctx, c.who.Namespace, name)
	if err != nil {
		return nil, absent(err, ofDomain("name", name))
	}
	t := d.Transfer
	switch {
	case auth != nil:
		err = s.entitled(auth, s.authOf(&d, c.now), domainAAD(&d), ofDomain("authInfo", ""))
	case t == nil || t.ReID != c.who.ID && t.AcID != c.who.ID:
		err = sponsored(c, d.Sponsor)
	}
	if err != nil {
		return nil, err
	}
	if t == nil {
		return nil, refuse(epp.CodeNotPendingTransfer, ofDomain("name", name), "there was no transfer")
	}
	return &answer{data: transferData(name, t)}, nil
}

func transferData(name string, t *repo.Transfer) *epp.ResData {
	return &epp.ResData{DomainTransfer: &epp.DomainTransferData{Name: name, TrStatus: t.State, ReID: t.ReID, ReDate: t.ReDate,
		AcID: t.AcID, AcDate: t.AcDate, ExDate: t.ExDate}}
}

// transferTexts are the texts of messages about transfers, by state.
var transferTexts = map[string]string{repo.TransferPending: "requested", epp.TransferClientApproved: "approved",
	epp.TransferClientRejected: "rejected", epp.TransferClientCancelled: "cancelled", epp.TransferServerApproved: "approved by time",
	epp.TransferServerCancelled: "cancelled by the registry"}

// note tells a registrar about a transfer.
func note(ctx context.Context, tx repo.Tx, to string, at time.Time, n *repo.TransferNote) error {
	if to == TransitSponsor {
		return nil
	}
	return tx.InsertMessage(ctx, &repo.Message{Registrar: to, Queued: at, Transfer: n,
		Text: fmt.Sprintf("Transfer of %s %s", n.Name, transferTexts[n.State])})
}

// tellBoth tells both parties how a transfer ended.
func tellBoth(ctx context.Context, tx repo.Tx, at time.Time, n *repo.TransferNote) error {
	if err := note(ctx, tx, n.AcID, at, n); err != nil {
		return err
	}
	return note(ctx, tx, n.ReID, at, n)
}
