package opensrs

import (
	"context"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
)

// checkTransfer is CHECK_TRANSFER (opensrs-commands.md §11.1): always a success, but for a name that is none.
func checkTransfer(ctx context.Context, x *call) (*reply, error) {
	name := x.q.named()
	if name == "" {
		return nil, errNoDomain
	}
	withStatus, err := x.q.attrs.on("check_status")
	if err != nil {
		return nil, err
	}
	withAddress, err := x.q.attrs.on("get_request_address")
	if err != nil {
		return nil, err
	}
	found, err := do(ctx, x, command.CheckTransfer{Name: name, AuthInfo: x.q.attrs.raw("auth_info")})
	r := hash("transferrable", flag(err == nil), "noservice", flag(errs.Is(err, errs.UnsupportedTLD)))
	if err != nil {
		e := errs.As(err)
		reason, code := x.whyNot(e)
		if reason == "" {
			return nil, err
		}
		r.set("reason", text(reason))
		if code != "" {
			r.set("reason_code", text(code))
		}
	}
	if withStatus {
		if err := x.addStatus(ctx, name, r, found.Inside); err != nil {
			return nil, err
		}
	}
	if withAddress {
		// Nobody is asked: with the authorization code there is no step of the owner.
		r.set("request_address", text(""))
	}
	return ok("Query successful", r), nil
}

// whyNot words why a name cannot be transferred; empty for an error that says nothing about the name.
func (x *call) whyNot(e *errs.Error) (reason, code string) {
	switch e.Kind {
	case errs.Exists:
		return "Domain already exists in " + x.c.Credential.Login + "'s account", "domain_already_belongs_to_current_reseller"
	case errs.Busy:
		return "Transfer in progress", ""
	case errs.NotFound:
		return "Domain not registered", ""
	case errs.UnsupportedTLD:
		return "TLD not serviced", ""
	case errs.Locked:
		return "Domain status " + statusIn(e.Text, "clientTransferProhibited") + " does not allow for transfer", ""
	case errs.WrongState:
		status := statusIn(e.Text, "")
		switch {
		case status == "pendingTransfer" || e.Code == codePendingTransfer:
			return "Transfer in progress", ""
		case status != "":
			return "Domain status " + status + " does not allow for transfer", ""
		}
		return e.Text, ""
	case errs.Auth:
		return e.Text, ""
	}
	return "", ""
}

// statusIn finds the status that a text names in brackets.
func statusIn(words, def string) string {
	if i, j := strings.LastIndexByte(words, '('), strings.LastIndexByte(words, ')'); i >= 0 && j > i+1 && !strings.ContainsAny(words[i+1:j], " ") {
		return words[i+1 : j]
	}
	return def
}

// addStatus tells of the last transfer of a name to the caller.
func (x *call) addStatus(ctx context.Context, name string, r *value, inside bool) error {
	st, err := do(ctx, x, command.TransferStatus{Name: name})
	if errs.Is(err, errs.NotFound) {
		r.set("status", text("undef")).set("timestamp", text("")).set("unixtime", text("")).set("type", text(transferType(inside)))
		return nil
	}
	if err != nil {
		return err
	}
	at := st.Order.Updated
	if at.IsZero() {
		at = st.Order.Created
	}
	r.set("status", text(transferStatus(st.Order))).set("timestamp", text(toronto(at))).set("unixtime", text(strconv.FormatInt(at.Unix(), 10))).
		set("type", text(transferType(st.Order.Operation == order.PushDomain)))
	return nil
}

func transferType(inside bool) string {
	if inside {
		return "rsp2rsp"
	}
	return "reg2reg"
}

// transferStatus is the client's word for how far a transfer is. Nothing waits for the owner.
func transferStatus(o order.Order) string {
	switch o.State {
	case order.Done:
		return "completed"
	case order.Failed:
		return "cancelled"
	}
	return "pending_registry"
}
