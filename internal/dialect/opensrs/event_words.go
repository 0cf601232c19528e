package opensrs

import (
	"context"
	"strconv"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/notify"
	"github.com/polyreg/polyreg/internal/order"
)

// told is an event in the dialect's words (opensrs.md §8.3).
type told struct {
	object, event string
	data          *value
}

// teller says a kind of notice as an event.
type teller func(ctx context.Context, x *call, n notify.Notice) (told, error)

// tellers are the notices that are events here. What has no word (the end of a redemption, a change by the registry) is left
// out, and so is a proven address, which is no domain.
var tellers map[notify.Kind]teller

// eventKinds are their kinds.
var eventKinds []notify.Kind

func init() { // a literal would be an initialisation cycle
	tellers = map[notify.Kind]teller{
		notify.OrderDone: orderEvent, notify.OrderFailed: orderEvent, notify.RenewFailed: renewFailed,
		notify.Registered: created, notify.PushedIn: created, notify.Restored: created,
		notify.Renewed: renewed, notify.AutoRenewed: renewed, notify.NSChanged: serversChanged,
		notify.Expired: expired, notify.Deleted: deleted, notify.Released: released, notify.TransferredAway: leftUs, notify.PushedAway: leftUs,
		notify.TransferRequested: awayEvent("pending_registry"), notify.TransferEnded: awayEvent("cancelled"),
		notify.OwnerChanged: ownerChanged, notify.Suspended: suspended, notify.Resumed: suspended,
		notify.Expiring: mailed("registrant.renewal.notice"), notify.DataReminder: mailed("registrant.data.reminder"), notify.Test: testEvent,
	}
	for k := range tellers {
		eventKinds = append(eventKinds, k)
	}
}

// told gives the event that a notice is.
func (x *call) told(ctx context.Context, n notify.Notice) (told, error) {
	say, known := tellers[n.Kind]
	if !known {
		return told{}, errs.E(errs.Internal, "no word for the notice %s", n.Kind)
	}
	return say(ctx, x, n)
}

// about begins an event's data with the domain; its number is empty once it is not held any more.
func (x *call) about(ctx context.Context, name string) (*value, command.DomainInfo, error) {
	info, err := do(ctx, x, command.InfoDomain{Name: name})
	if err != nil && !errs.Is(err, errs.NotFound, errs.NotOwned, errs.UnsupportedTLD, errs.InvalidName, errs.Missing) {
		return nil, info, err
	}
	number := ""
	if info.Domain.ID != 0 {
		number = strconv.FormatInt(int64(info.Domain.ID), 10)
	}
	return hash("domain_id", number, "domain_name", name), info, nil
}

// onDomain makes an event of a domain.
func (x *call) onDomain(ctx context.Context, n notify.Notice, event string, pairs ...string) (told, error) {
	data, _, err := x.about(ctx, n.ObjectName)
	if err != nil {
		return told{}, err
	}
	return told{"DOMAIN", event, data.with(pairs...)}, nil
}

// testEvent: there is no word for a test; a message that was sent comes nearest.
func testEvent(_ context.Context, _ *call, n notify.Notice) (told, error) {
	return told{"DOMAIN", "MESSAGE_STATUS_CHANGE", hash("domain_id", "", "domain_name", n.ObjectName, "message_type", "test", "message_status", n.Text, "to_address", "")}, nil
}

// mailed is a mail to the registrant that has become due.
func mailed(kind string) teller {
	return func(ctx context.Context, x *call, n notify.Notice) (told, error) {
		data, info, err := x.about(ctx, n.ObjectName)
		if err != nil {
			return told{}, err
		}
		to := ""
		if k, held := info.Contacts[domain.Registrant]; held {
			to = k.Data.Email
		}
		return told{"DOMAIN", "MESSAGE_STATUS_CHANGE", data.with("message_type", kind, "message_status", "queued", "to_address", to)}, nil
	}
}

// orderEvent is the end of an order that was answered as pending; that of a transfer, between resellers too, is the transfer's.
func orderEvent(_ context.Context, _ *call, n notify.Notice) (told, error) {
	number, done := strconv.FormatInt(n.Order, 10), n.Kind == notify.OrderDone
	op := order.Operation(n.Data["operation"])
	if op == order.TransferIn || op == order.PushDomain {
		status := "cancelled"
		if done {
			status = "completed"
		}
		return told{"TRANSFER", "STATUS_CHANGE", hash("transfer_id", number, "order_id", number, "domain_name", n.ObjectName, "transfer_status", status)}, nil
	}
	status := "declined"
	if done {
		status = "completed"
	}
	return told{"ORDER", "STATUS_CHANGE", hash("order_id", number, "domain_name", n.ObjectName, "order_status", status, "order_reg_type", orderTypes[op])}, nil
}

// renewFailed is a renewal by time that could not be ordered: there is no order, so no number.
func renewFailed(_ context.Context, _ *call, n notify.Notice) (told, error) {
	number := ""
	if n.Order != 0 {
		number = strconv.FormatInt(n.Order, 10)
	}
	return told{"ORDER", "STATUS_CHANGE", hash("order_id", number, "domain_name", n.ObjectName, "order_status", "declined", "order_reg_type", "renewal")}, nil
}

// created is a name that has come into the account: new, from another reseller, or back from its redemption.
func created(ctx context.Context, x *call, n notify.Notice) (told, error) {
	data, info, err := x.about(ctx, n.ObjectName)
	if err != nil {
		return told{}, err
	}
	expires := isoDate(n.Data["expires"])
	if expires == "" && !info.Domain.Expires.IsZero() {
		expires = info.Domain.Expires.UTC().Format(eventTime)
	}
	return told{"DOMAIN", "CREATED", data.with("expiration_date", expires)}, nil
}

func renewed(ctx context.Context, x *call, n notify.Notice) (told, error) {
	return x.onDomain(ctx, n, "RENEWED", "expiration_date", isoDate(n.Data["expires"]), "period", n.Data["years"])
}

func serversChanged(ctx context.Context, x *call, n notify.Notice) (told, error) {
	data, info, err := x.about(ctx, n.ObjectName)
	if err != nil {
		return told{}, err
	}
	names := make([]*value, len(info.Domain.Servers))
	for i, s := range info.Domain.Servers {
		names[i] = text(string(s.Name))
	}
	return told{"DOMAIN", "NAMESERVER_UPDATE", data.set("nameserver_list", list(names...))}, nil
}

// expired is the expiry itself; the notice of it that the registrant gets days later is a message.
func expired(ctx context.Context, x *call, n notify.Notice) (told, error) {
	if d := n.Data["days"]; d != "" && d != "0" {
		return mailed("registrant.expired.notice")(ctx, x, n)
	}
	return x.onDomain(ctx, n, "EXPIRED", "expiration_date", isoDate(n.Data["expires"]))
}

// gone is a DELETED event; redemption is when the name can last be redeemed, empty where it cannot.
func (x *call) gone(ctx context.Context, n notify.Notice, reason, redemption string) (told, error) {
	return x.onDomain(ctx, n, "DELETED", "reason", reason, "deletion_date", n.Created.UTC().Format(eventTime), "redemption_grace_period_end_date", redemption)
}

func deleted(ctx context.Context, x *call, n notify.Notice) (told, error) {
	reason, _, err := x.whyDeleted(ctx, n)
	if err != nil {
		return told{}, err
	}
	return x.gone(ctx, n, reason, isoDate(n.Data["restore_until"]))
}

// released is a name that is free: at once with its deletion, or at the end of all periods after an event of its own.
func released(ctx context.Context, x *call, n notify.Notice) (told, error) {
	reason, atOnce, err := x.whyDeleted(ctx, n)
	if err != nil {
		return told{}, err
	}
	if !atOnce {
		reason = "historical"
	}
	return x.gone(ctx, n, reason, "")
}

// whyDeleted tells who wanted a deletion: the client by this interface, anybody else, or time. atOnce is set when an order that
// ended with the notice deleted the name.
func (x *call) whyDeleted(ctx context.Context, n notify.Notice) (reason string, atOnce bool, err error) {
	o, err := x.deletion(ctx, n.ObjectName, n.Created)
	if err != nil {
		return "", false, err
	}
	atOnce = o.Number != 0
	switch expires := isoDate(n.Data["expires"]); {
	case atOnce && o.Caller.Dialect == dialectName:
		return "delete-domain-api", atOnce, nil
	case expires != "" && n.Created.UTC().Format(eventTime) >= expires && (!atOnce || o.Caller.Dialect == ""):
		return "expired", atOnce, nil
	}
	return "by-request", atOnce, nil
}

// leftUs is a name that another registrar or reseller has now. The word is the vendor's spelling.
func leftUs(ctx context.Context, x *call, n notify.Notice) (told, error) {
	return x.gone(ctx, n, "transfered", "")
}

// awayEvent is a step of a transfer to another registrar. Its number is the domain's, as in the list of transfers away.
func awayEvent(status string) teller {
	return func(ctx context.Context, x *call, n notify.Notice) (told, error) {
		data, _, err := x.about(ctx, n.ObjectName)
		if err != nil {
			return told{}, err
		}
		return told{"TRANSFER", "STATUS_CHANGE", hash("transfer_id", data.str("domain_id"), "order_id", "", "domain_name", n.ObjectName, "transfer_status", status)}, nil
	}
}

// ownerChanged is a change of registrant, which the reseller approves for both sides.
func ownerChanged(ctx context.Context, x *call, n notify.Notice) (told, error) {
	return x.onDomain(ctx, n, "ICANN_TRADE_STATUS_CHANGE", "trade_status", "completed")
}

// suspended is a name that leaves the zone or comes back. For want of a verified address there is a word; for the expiry a
// message comes nearest.
func suspended(ctx context.Context, x *call, n notify.Notice) (told, error) {
	off := n.Kind == notify.Suspended
	if n.Data["reason"] == domain.HeldVerification {
		status := "verified"
		if off {
			status = "suspended"
		}
		return x.onDomain(ctx, n, "REGISTRANT_VERIFICATION_STATUS_CHANGE", "verification_status", status)
	}
	status := "resumed"
	if off {
		status = "suspended"
	}
	return x.onDomain(ctx, n, "MESSAGE_STATUS_CHANGE", "message_type", "domain.hold", "message_status", status, "to_address", "")
}
