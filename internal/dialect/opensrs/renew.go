package opensrs

import (
	"context"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
)

// renew is RENEW DOMAIN (opensrs-commands.md §3.1).
func renew(ctx context.Context, x *call) (*reply, error) {
	cmd, err := renewal(ctx, x)
	if err != nil {
		return nil, err
	}
	out, err := do(ctx, x, cmd)
	if err != nil {
		return nil, x.renewRefused(ctx, cmd, err)
	}
	info, err := do(ctx, x, command.InfoDomain{Name: cmd.Name})
	if err != nil {
		return nil, err
	}
	d := info.Domain
	number := strconv.FormatInt(int64(out.Order.Number), 10)
	r := &reply{code: 200, text: "Command completed successfully", attrs: hash("admin_email", contactOf(info, domain.Admin).Email, "order_id", number,
		"auto_renew", flag(renews(d)), "id", strconv.FormatInt(int64(d.ID), 10), "registration expiration date", utc(d.Expires))}
	if out.Pending {
		r.code, r.text = 250, "Renewal request accepted; the registry has not answered yet"
		r.attrs.set("queue_request_id", text(number))
	}
	return r, nil
}

func renewal(ctx context.Context, x *call) (cmd command.RenewDomain, err error) {
	a := x.q.attrs
	cmd.Keep = true
	if cmd.Name, err = x.domain(ctx); err != nil {
		return cmd, err
	}
	switch h := strings.ToLower(a.str("handle")); h {
	case "", "process":
	case "save":
		return cmd, refuse(errs.Unsupported, 465, "Orders cannot be stored for later (handle=save) on this server; use handle=process")
	default:
		return cmd, invalid("handle", "is neither process nor save")
	}
	if a.str("period") == "" {
		return cmd, missing("period")
	}
	if cmd.Years, err = a.number("period", 1); err != nil {
		return cmd, err
	}
	if cmd.Years == 0 {
		return cmd, invalid("period", "is not a number of years")
	}
	if a.str("currentexpirationyear") == "" {
		return cmd, missing("currentexpirationyear")
	}
	if cmd.ExpiryYear, err = a.number("currentexpirationyear", 0); err != nil {
		return cmd, err
	}
	if cmd.ExpiryYear == 0 {
		return cmd, invalid("currentexpirationyear", "is not a year")
	}
	if a.str("auto_renew") != "" {
		on, err := a.on("auto_renew")
		if err != nil {
			return cmd, err
		}
		want := autoRenew(on)
		cmd.AutoRenew = &want
	}
	return cmd, nil
}

// renewRefused tells "renewed already" from a year that never was right: in the first case the expiry lies later.
func (x *call) renewRefused(ctx context.Context, cmd command.RenewDomain, err error) error {
	e := errs.As(err)
	if e.Kind != errs.Conflict || e.Field != "expiry" {
		return err
	}
	info, infoErr := x.held(ctx, cmd.Name)
	if errs.Is(infoErr, errs.NotFound) { // deleted, whatever its year
		return infoErr
	}
	if infoErr == nil && info.Domain.Expires.Year() > cmd.ExpiryYear {
		return refuse(errs.Conflict, 555, "Domain Already Renewed")
	}
	return err
}
