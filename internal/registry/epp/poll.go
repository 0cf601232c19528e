package epp

import (
	"context"

	"github.com/polyreg/polyreg/internal/registry"
	wire "github.com/polyreg/polyreg/internal/wire/epp"
)

// PollRequest gives the oldest waiting message, or nil (RFC 5730 §2.9.2.3).
func (c *Client) PollRequest(ctx context.Context) (*registry.Message, error) {
	res, err := c.do(ctx, &wire.Command{Poll: &wire.Poll{Op: "req"}, ClTRID: transactionID()})
	switch {
	case err != nil:
		return nil, err
	case res.Code() == wire.CodeNoMessages:
		return nil, nil
	case res.MsgQ == nil || res.MsgQ.ID == "":
		return nil, incomplete("a message id")
	}
	m := &registry.Message{ID: res.MsgQ.ID, Count: int(min(res.MsgQ.Count, 1<<31-1)), Date: res.MsgQ.QDate}
	if res.MsgQ.Msg != nil {
		m.Text = res.MsgQ.Msg.Text
	}
	if res.Data != nil {
		m.PanData = panData(res.Data)
		if p := res.Data.DomainPending; p != nil { // a creation may have failed: the name may be free again
			c.checks.forget(name(p.Name.Name))
		}
		m.Transfer = transferIn(res.Data)
	}
	m.Change = changeIn(res)
	if m.Change != nil && m.Change.Domain != nil {
		c.checks.forget(m.Change.Domain.Name)
		if err := c.unfold(ctx, m.Change.Domain, res.Ext.Sets); err != nil { // a domain of which half is known is no help
			m.Change.Domain = nil
		}
	}
	return m, nil
}

// PollAck removes a message; one that is gone already is no error.
func (c *Client) PollAck(ctx context.Context, id string) error {
	_, err := c.do(ctx, &wire.Command{Poll: &wire.Poll{Op: "ack", MsgID: id}, ClTRID: transactionID()})
	if registry.CodeOf(err) == wire.CodeNotExist {
		return nil
	}
	return err
}

// panData reads how a pending action ended (RFC 5731 §3.3, RFC 5732 §3.3, RFC 5733 §3.3).
func panData(d *wire.ResData) *registry.PanData {
	switch {
	case d.DomainPending != nil:
		p := d.DomainPending
		return &registry.PanData{Object: "domain", Name: name(p.Name.Name).String(), Done: p.Name.Result,
			ClTRID: p.PaTRID.ClTRID, SvTRID: p.PaTRID.SvTRID, Date: p.PaDate}
	case d.ContactPending != nil:
		p := d.ContactPending
		return &registry.PanData{Object: "contact", Name: p.ID.ID, Done: p.ID.Result,
			ClTRID: p.PaTRID.ClTRID, SvTRID: p.PaTRID.SvTRID, Date: p.PaDate}
	case d.HostPending != nil:
		p := d.HostPending
		return &registry.PanData{Object: "host", Name: name(p.Name.Name).String(), Done: p.Name.Result,
			ClTRID: p.PaTRID.ClTRID, SvTRID: p.PaTRID.SvTRID, Date: p.PaDate}
	}
	return nil
}
