package epp

import (
	"context"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/registry"
	wire "github.com/polyreg/polyreg/internal/wire/epp"
)

// TransferDomain requests a transfer or ends one (RFC 5731 §3.2.4). A success without transfer data leaves the state of the
// transfer empty, save the name.
func (c *Client) TransferDomain(ctx context.Context, clTRID string, in registry.DomainTransfer) (registry.Transferred, error) {
	cmd := wire.TransferDomainCommand(string(in.Op), in.Name.String(), in.AuthInfo)
	cmd.ClTRID = clTRID
	if in.Op == registry.TransferRequest {
		if in.Years != 0 {
			cmd.TransferDomain.Period = wire.Years(in.Years)
		}
		cmd.Ext.FeeTransfer = agreed(in.Fee)
	}
	res, err := c.do(ctx, cmd)
	if err != nil {
		return registry.Transferred{}, err
	}
	out := registry.Transferred{Result: result(res), Transfer: registry.Transfer{Object: "domain", Name: in.Name.String()}}
	if res.Data != nil && res.Data.DomainTransfer != nil {
		out.Transfer = *transferIn(res.Data)
	}
	return out, nil
}

// QueryTransfer asks for the latest transfer of a domain (RFC 5731 §3.1.3).
func (c *Client) QueryTransfer(ctx context.Context, n dname.Name, authInfo string) (registry.Transfer, error) {
	data, err := c.ask(ctx, wire.TransferDomainCommand(wire.TransferQuery, n.String(), authInfo))
	if err != nil {
		return registry.Transfer{}, err
	}
	if data.DomainTransfer == nil {
		return registry.Transfer{}, incomplete("transfer data")
	}
	return *transferIn(data), nil
}

// transferIn reads the state of a transfer, nil when there is none.
func transferIn(d *wire.ResData) *registry.Transfer {
	if t := d.DomainTransfer; t != nil {
		return &registry.Transfer{Object: "domain", Name: name(t.Name).String(), Status: t.TrStatus, ReID: t.ReID, ReDate: t.ReDate,
			AcID: t.AcID, AcDate: t.AcDate, Expires: t.ExDate}
	}
	if t := d.ContactTransfer; t != nil {
		return &registry.Transfer{Object: "contact", Name: t.ID, Status: t.TrStatus, ReID: t.ReID, ReDate: t.ReDate, AcID: t.AcID,
			AcDate: t.AcDate}
	}
	return nil
}

// changeIn reads what was changed (RFC 8590), nil when the answer tells of no change.
func changeIn(res *wire.Response) *registry.Change {
	ch := res.Ext.ChangePoll
	if ch == nil {
		return nil
	}
	out := &registry.Change{Before: ch.State == "before", Operation: ch.Operation.Name, Op: ch.Operation.Op, Date: ch.Date,
		SvTRID: ch.SvTRID, Who: ch.Who}
	if ch.CaseID != nil {
		out.CaseType, out.CaseID = ch.CaseID.Type, ch.CaseID.ID
	}
	if ch.Reason != nil {
		out.Reason = ch.Reason.Text
	}
	if res.Data != nil && res.Data.DomainInfo != nil {
		d := domainOf(res.Data.DomainInfo, &res.Ext)
		out.Domain = &d
	}
	return out
}

// RestoreDomain asks for a domain back from its redemption period (RFC 3915 §4.2.5).
func (c *Client) RestoreDomain(ctx context.Context, clTRID string, in registry.DomainRestore) (registry.Restored, error) {
	cmd := wire.RestoreDomain(in.Name.String())
	cmd.Ext.FeeUpdate = agreed(in.Fee)
	return c.restore(ctx, clTRID, cmd)
}

// ReportRestore hands in the report on a restore (RFC 3915 §4.2.5).
func (c *Client) ReportRestore(ctx context.Context, clTRID string, in registry.RestoreReport) (registry.Restored, error) {
	r := &wire.RestoreReportData{PreData: wire.Mixed{Text: in.PreData}, PostData: wire.Mixed{Text: in.PostData},
		DelTime: in.Deleted, ResTime: in.Restored, ResReason: wire.ReportText{Text: in.Reason}}
	if len(in.Statements) == 0 {
		in.Statements = registry.RestoreStatements()
	}
	for _, s := range in.Statements {
		r.Statements = append(r.Statements, wire.ReportText{Text: s})
	}
	if in.Other != "" {
		r.Other = &wire.Mixed{Text: in.Other}
	}
	return c.restore(ctx, clTRID, wire.ReportRestore(in.Name.String(), r))
}

func (c *Client) restore(ctx context.Context, clTRID string, cmd *wire.Command) (registry.Restored, error) {
	cmd.ClTRID = clTRID
	res, err := c.do(ctx, cmd)
	if err != nil {
		return registry.Restored{}, err
	}
	return registry.Restored{Result: result(res), RGPStatuses: res.Ext.RGPUpdate.Names()}, nil
}
