package opensrs

import (
	"context"
	"errors"
	"net/netip"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/id"
	"github.com/polyreg/polyreg/internal/obs"
	"github.com/polyreg/polyreg/internal/order"
)

// call is one command on its way: who asks what.
type call struct {
	d *Dialect
	c command.Caller
	q *request
	// selected is the domain that the command is about, once it was asked for.
	selected string
}

// handler carries a command out.
type handler func(ctx context.Context, x *call) (*reply, error)

// do runs a command of the core for the caller.
func do[R any](ctx context.Context, x *call, cmd command.Command[R]) (R, error) {
	return command.Do(ctx, x.d.deps.Runner, x.c, cmd)
}

// answer goes the way of opensrs.md §3.2: user, signature, address, XML, names of the command, sub-reseller, the command
// itself. quit tells that the client said good-bye or could not be identified.
func (d *Dialect) answer(ctx context.Context, m *message) (doc []byte, quit bool) {
	r := d.carryOut(ctx, m)
	return r.encode(), r.quit
}

func (d *Dialect) carryOut(ctx context.Context, m *message) *reply {
	trace := dialect.TraceOf(ctx)
	c, err := d.authenticate(ctx, m)
	if err != nil {
		r := d.fail(ctx, "", "", err)
		if errs.Is(err, errs.Auth, errs.AddressRefused, errs.AccountLocked, errs.Blocked) {
			d.deps.Runner.Reject(ctx, command.Rejection{Dialect: dialectName, IP: m.ip})
			r.quit = true
		}
		return r
	}
	trace.Account = c.Account.Name
	q, err := decode(m.body)
	if err != nil {
		d.deps.Runner.Reject(ctx, command.Rejection{Dialect: dialectName, IP: m.ip})
		if q == nil {
			q = &request{}
		}
		return d.fail(ctx, q.action, q.object, err)
	}
	run, word := find(q)
	requestID := obs.RequestID(ctx)
	if requestID == "" {
		requestID = id.New(d.deps.Runner.Clocks().Wall())
	}
	trace.Command, trace.RequestID = word, requestID
	c = c.For(word, requestID, q.msgID)
	c.Dialect, c.Channel, c.IP, c.IdempotencyKey, c.Notice = dialectName, dialectName, m.ip, m.idempotency, order.NoticeIfPending
	x := &call{d: d, c: c, q: q}
	if sub := q.attrs.str("as_subreseller"); sub != "" {
		if x.c, err = d.deps.Runner.ActFor(ctx, c, sub, 0, true); err != nil {
			return d.fail(ctx, q.action, q.object, err)
		}
		trace.Account = x.c.Account.Name
	}
	r, err := run(ctx, x)
	if err = x.refine(ctx, err); err != nil {
		return d.fail(ctx, q.action, q.object, err)
	}
	if r.object == "" {
		r.object = q.object
	}
	return r
}

// refine tells apart what "wrong state" means here: a deleted name is not in the account any more, and one that another
// registrar has asked for has a code of its own.
func (x *call) refine(ctx context.Context, err error) error {
	var own *refusal
	if err == nil || errors.As(err, &own) || !errs.Is(err, errs.WrongState) || x.selected == "" {
		return err
	}
	info, infoErr := do(ctx, x, command.InfoDomain{Name: x.selected})
	switch {
	case infoErr != nil:
	case !info.Domain.Deleted.IsZero():
		return isDeleted(info.Domain)
	case info.Domain.Outgoing != nil:
		return refuse(errs.WrongState, 553, "A transfer of the domain to another registrar is pending")
	}
	return err
}

// fail answers an error and notes it; the words of one that is ours to mend go to the log alone.
func (d *Dialect) fail(ctx context.Context, action, object string, err error) *reply {
	dialect.TraceOf(ctx).Err = err
	r := translate(action, err)
	if r.kind == errs.Internal {
		d.deps.Log.ErrorContext(ctx, "command failed", "dialect", dialectName, "command", action+" "+object, "err", err)
	}
	return r.reply(object)
}

// unusable answers what cannot be taken for a request at all.
func (d *Dialect) unusable(ctx context.Context, ip netip.Addr, err error) []byte {
	d.deps.Runner.Reject(ctx, command.Rejection{Dialect: dialectName, IP: ip})
	return d.fail(ctx, "", "", err).encode()
}

// commands are the offered pairs of action and object. Everything else is 430, and the certificate product 501.
var commands map[string]handler

func init() { // a literal would be an initialisation cycle through find
	commands = map[string]handler{
		"LOOKUP DOMAIN":                             lookup,
		"GET_BALANCE BALANCE":                       getBalance,
		"GET_BALANCE DOMAIN":                        getBalance,
		"GET_PRICE DOMAIN":                          getPrice,
		"SW_REGISTER DOMAIN":                        swRegister,
		"GET DOMAIN":                                getDomain,
		"GET_DOMAINS_BY_EXPIREDATE DOMAIN":          domainsByExpiry,
		"GET_DOMAINS_CONTACTS DOMAIN":               domainsContacts,
		"GET_DELETED_DOMAINS DOMAIN":                deletedDomains,
		"GET_NOTES DOMAIN":                          getNotes,
		"QUERY_QUEUED_REQUEST DOMAIN":               queuedRequest,
		"CANCEL_ACTIVE_PROCESS DOMAIN":              cancelProcess,
		"NAME_SUGGEST DOMAIN":                       nameSuggest,
		"REVOKE DOMAIN":                             revoke,
		"REDEEM DOMAIN":                             redeem,
		"CHECK_TRANSFER DOMAIN":                     checkTransfer,
		"GET_TRANSFERS_IN DOMAIN":                   transfersIn,
		"GET_TRANSFERS_AWAY DOMAIN":                 transfersAway,
		"PROCESS_TRANSFER TRANSFER":                 processTransfer,
		"CANCEL_TRANSFER TRANSFER":                  cancelTransfer,
		"CANCEL_TRANSFER_FOR_ORDER TRANSFER":        cancelTransfer,
		"RSP2RSP_PUSH_TRANSFER DOMAIN":              pushTransfer,
		"RSP2RSP_PUSH_TRANSFER":                     pushTransfer,
		"SEND_AUTHCODE DOMAIN":                      sendAuthcode,
		"SET_DNSSEC_INFO DOMAIN":                    setDNSSEC,
		"CREATE_DNS_ZONE DOMAIN":                    createZone,
		"GET_DNS_ZONE DOMAIN":                       getZone,
		"SET_DNS_ZONE DOMAIN":                       setZone,
		"RESET_DNS_ZONE DOMAIN":                     resetZone,
		"DELETE_DNS_ZONE DOMAIN":                    deleteZone,
		"FORCE_DNS_NAMESERVERS DOMAIN":              forceNameservers,
		"CREATE_DOMAIN_FORWARDING DOMAIN":           createForwarding,
		"GET_DOMAIN_FORWARDING DOMAIN":              getForwarding,
		"SET_DOMAIN_FORWARDING DOMAIN":              setForwarding,
		"UPDATE_DOMAIN_FORWARDING DOMAIN":           setForwarding,
		"DELETE_DOMAIN_FORWARDING DOMAIN":           deleteForwarding,
		"CREATE NAMESERVER":                         createNameserver,
		"MODIFY NAMESERVER":                         modifyNameserver,
		"DELETE NAMESERVER":                         deleteNameserver,
		"GET NAMESERVER":                            getNameserver,
		"REGISTRY_CHECK_NAMESERVER NAMESERVER":      checkNameserver,
		"REGISTRY_ADD_NS NAMESERVER":                addForeignHost,
		"CHANGE OWNERSHIP":                          changeOwnership,
		"GET_REGISTRANT_VERIFICATION_STATUS DOMAIN": verificationStatus,
		"SEND_REGISTRANT_VERIFICATION_EMAIL DOMAIN": sendVerification,
		"BELONGS_TO_RSP DOMAIN":                     belongsToRSP,
		"RENEW DOMAIN":                              renew,
		"ADVANCED_UPDATE_NAMESERVERS DOMAIN":        updateNameservers,
		"ADVANCED_UPDATE_NAMESERVERS NAMESERVER":    updateNameservers,
		"MODIFY DOMAIN":                             modify,
		"UPDATE_CONTACTS DOMAIN":                    updateContacts,
		"GET_ORDER_INFO DOMAIN":                     getOrderInfo,
		"GET_ORDERS_BY_DOMAIN DOMAIN":               getOrdersByDomain,
		"POLL EVENT":                                pollEvents,
		"EVENT POLL":                                pollEvents,
		"ACK EVENT":                                 ackEvent,
		"EVENT ACK":                                 ackEvent,
		"SET COOKIE":                                setCookie,
		"UPDATE COOKIE":                             updateCookie,
		"DELETE COOKIE":                             deleteCookie,
		"QUIT SESSION":                              quitSession,
	}
}

// Words for what is not offered.
const (
	wordTrust   = "TRUST_SERVICE"
	wordUnknown = "UNKNOWN"
)

// find gives the command's handler, and a word for it that is safe as a label: one of the offered ones, or wordUnknown.
func find(q *request) (handler, string) {
	word := strings.TrimSpace(q.action + " " + q.object)
	if h, ok := commands[word]; ok {
		return h, word
	}
	if q.object == "TRUST_SERVICE" {
		return trustService, wordTrust
	}
	return unknown, wordUnknown
}

func unknown(_ context.Context, x *call) (*reply, error) {
	return nil, refuse(errs.UnknownCommand, 430, "Invalid command: "+clip(strings.TrimSpace(x.q.action+" "+x.q.object), 80))
}

// trustService answers as for a reseller without the certificate product (opensrs-commands.md §21).
func trustService(_ context.Context, x *call) (*reply, error) {
	r := &refusal{kind: errs.Unsupported, code: 501, text: "Permission denied", action: clip(x.q.action, 40) + ":REPLY"}
	if x.q.action == "SW_REGISTER" {
		r.text = "Permission denied for the specified reseller and product type"
		r.middle = []item{{"error_details", list(hash("error_detail", r.text, "field_name", "product_type", "error_code", "501"))}}
	}
	return nil, r
}

// quitSession ends the connection politely (§14.4); there is no session.
func quitSession(context.Context, *call) (*reply, error) {
	r := ok("Closing connection", nil)
	r.quit = true
	return r, nil
}

func clip(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}
