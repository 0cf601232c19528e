package opensrs

import (
	"context"
	"strconv"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
)

// transferIn is SW_REGISTER with reg_type=transfer (opensrs-commands.md §2.1 and §11). The order is the transfer's record too,
// so both have the same number. With the authorization code there is no step of the owner.
func transferIn(ctx context.Context, x *call) (*reply, error) {
	cmd, email, err := readTransfer(ctx, x)
	if err != nil {
		return nil, err
	}
	x.c.Notice = order.NoticeAlways // the answer never tells the end, so its event comes in any case
	out, err := do(ctx, x, cmd)
	if err != nil {
		return nil, x.transferProblem(err)
	}
	number, said := strconv.FormatInt(int64(out.Order.Number), 10), "Transfer request initiated"
	return ok(said, hash("registration_text", said, "admin_email", email, "registration_code", "200", "id", number, "transfer_id", number)), nil
}

// readTransfer reads the order. The period is what the registry adds, whatever a client sends; name servers stay as they are
// unless custom_transfer_nameservers is set.
func readTransfer(ctx context.Context, x *call) (cmd command.TransferDomain, email string, err error) {
	a := x.q.attrs
	if cmd.Name = x.q.named(); cmd.Name == "" {
		return cmd, "", errNoDomain
	}
	if err := refuseUnoffered(a); err != nil {
		return cmd, "", err
	}
	if a.str("dns_template") != "" {
		return cmd, "", refuse(errs.Unsupported, 480, "A DNS zone cannot be ordered with a transfer; create it once the domain has come")
	}
	if cmd.AuthInfo = a.raw("auth_info"); a.str("auth_info") == "" {
		if cmd.AuthInfo = a.raw("domain_auth_info"); a.str("domain_auth_info") == "" {
			return cmd, "", missing("auth_info")
		}
	}
	own, err := a.on("custom_transfer_nameservers")
	if err != nil {
		return cmd, "", err
	}
	if own && !a.get("nameserver_list").empty() {
		if cmd.Servers.Servers, err = readServers(a.get("nameserver_list")); err != nil {
			return cmd, "", err
		}
	}
	common := command.RegisterDomain{Name: cmd.Name}
	if email, err = ordered(ctx, x, &common); err != nil {
		return cmd, "", err
	}
	cmd.Contacts, cmd.FillRoles, cmd.Comment, cmd.Profile = common.Contacts, true, common.Comment, common.Profile
	cmd.AutoRenew, cmd.Lock, cmd.MaxPrice = common.AutoRenew, common.Lock, common.MaxPrice
	return cmd, email, nil
}

// transferProblem words why a name cannot come: 465 for a wrong code, 552 for a status or the age of the name, 487 for all else
// that the name itself is to blame for.
func (x *call) transferProblem(err error) error {
	e := errs.As(err)
	switch {
	case e.Kind == errs.Auth && e.Field == "auth_info":
		text := "Invalid auth_info: " + e.Text
		return refuse(e.Kind, 465, text)
	case e.Code == codePendingTransfer:
		return refuse(e.Kind, 487, "Domain is not transferable: Transfer in progress")
	case e.Code == codeNotTransferable || e.Code == codeStatusProhibited || e.Kind == errs.Locked && e.Field == "name":
		return refuse(e.Kind, 552, "Domain is not transferable: "+e.Text)
	case (e.Kind == errs.NotFound || e.Kind == errs.Exists || e.Kind == errs.WrongState) && (e.Field == "name" || e.Code != 0):
		reason, _ := x.whyNot(e)
		return refuse(e.Kind, 487, "Domain is not transferable: "+reason)
	}
	return err
}
