package lifecycle_test

import (
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/host"
	"github.com/polyreg/polyreg/internal/notify"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
)

func transferIn(name, auth string) command.TransferDomain {
	data := dialecttest.Jane()
	return command.TransferDomain{Name: name, AuthInfo: auth, FillRoles: true, Lock: true,
		Contacts: map[domain.Role]command.ContactRef{domain.Registrant: {New: &data}}}
}

// TestTransferIn brings a name here, by time: nobody at the losing registrar answers.
func TestTransferIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.c.Channel, w.c.Dialect, w.c.Notice = "wapi", "wapi", order.NoticeIfPending
	wrong := transferIn("incoming.com", "not-it-123")
	if _, err := command.Do(w.ctx, w.Runner, w.c, wrong); !errs.Is(err, errs.Auth) || errs.As(err).Field != "auth_info" {
		t.Errorf("a wrong authInfo: %v", err)
	}
	before := w.balance()
	out := do(w, transferIn("incoming.com", "in-AuthInfo-1"))
	if !out.Pending {
		t.Fatalf("the transfer is not pending: %+v", out.Order)
	}
	if st := do(w, command.TransferStatus{Name: "incoming.com"}); st.Waiting == nil || st.Waiting.Status != "pending" {
		t.Errorf("status %+v", st.Waiting)
	}
	if _, err := command.Do(w.ctx, w.Runner, w.c, transferIn("incoming.com", "in-AuthInfo-1")); err == nil {
		t.Error("a second transfer was taken")
	}
	w.advance(4 * day)
	if _, err := w.domain("incoming.com"); !errs.Is(err, errs.NotFound) {
		t.Errorf("after four days: %v", err)
	}
	w.advance(2 * day)
	now, err := w.domain("incoming.com")
	w.ok(err)
	if want := dialecttest.Now.AddDate(0, 0, 630).AddDate(1, 0, 0); !now.Expires.Equal(want) {
		t.Errorf("expires %v, want %v", now.Expires, want)
	}
	if got := before.Minor - w.balance().Minor; got != 900 {
		t.Errorf("the transfer cost %d", got)
	}
	there, err := must(w.Core.Registries.Named(now.Registry)).InfoDomain(w.ctx, now.Name)
	w.ok(err)
	if there.Registrant == "OTHER1" || !now.Locked() || there.AuthInfo == "in-AuthInfo-1" || there.AuthInfo != do(w, command.AuthInfo{Name: "incoming.com"}) {
		t.Errorf("the name is not ours in everything: %+v", there)
	}
	ns := do(w, command.NextNotices{Limit: 20, Kinds: []notify.Kind{notify.OrderDone}}).Notices
	if len(ns) != 1 || ns[0].Order != int64(out.Order.Number) {
		t.Errorf("notices %+v", ns)
	}
}

// TestTransferInRefused ends badly, once by the loser and once by us; money comes back and nothing stays.
func TestTransferInRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := w.balance()
	do(w, transferIn("incoming.com", "in-AuthInfo-1"))
	w.ok(w.Sim.Reject(w.ctx, repo.Live, "incoming.com"))
	w.advance(time.Hour)
	st := do(w, command.TransferStatus{Name: "incoming.com"})
	if st.Order.State != order.Failed || w.balance() != before {
		t.Errorf("after the refusal: %s, %s", st.Order.State, w.balance())
	}
	do(w, transferIn("incoming.com", "in-AuthInfo-1"))
	do(w, command.CancelTransfer{Name: "incoming.com"})
	if st = do(w, command.TransferStatus{Name: "incoming.com"}); st.Order.State != order.Failed || w.balance() != before {
		t.Errorf("after our own word: %s, %s", st.Order.State, w.balance())
	}
	if _, err := command.Do(w.ctx, w.Runner, w.c, command.CancelTransfer{Name: "incoming.com"}); !errs.Is(err, errs.NotFound) {
		t.Errorf("nothing waits, but: %v", err)
	}
}

// TestTransferAway lets another registrar take names: rejected by the policy, by the account, approved, and by time.
func TestTransferAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	take := func(name string) {
		w.t.Helper()
		w.ok(w.Sim.TakeByTransfer(w.ctx, repo.Live, name, core.OtherRegistrar))
	}
	w.register("young.com")
	w.advance(61 * day)
	from, marks := w.Clocks.Registrar(), must(w.Store.View().Marks(w.ctx))
	take("example.com")
	w.advance(time.Hour)
	w.same(about(w.since(marks), "notice", "example.com", from), "+0 transfer_requested")
	now, err := w.domain("example.com")
	w.ok(err)
	if now.Outgoing == nil || now.Outgoing.Gaining != core.OtherRegistrar {
		t.Fatalf("outgoing: %+v", now.Outgoing)
	}
	if page := do(w, command.ListTransfersOut{Query: command.Query{Limit: 10}}); len(page.Domains) != 1 || page.Domains[0].Name != "example.com" {
		t.Errorf("list: %+v", page)
	}
	if _, err := command.Do(w.ctx, w.Runner, w.c, command.DeleteDomain{Name: "example.com"}); !errs.Is(err, errs.WrongState) {
		t.Errorf("deleting a name on its way: %v", err)
	}
	do(w, command.DecideTransfer{Name: "example.com", Reason: "holder says no"})
	if now, _ = w.domain("example.com"); now.Outgoing != nil {
		t.Errorf("rejected, and still %+v", now.Outgoing)
	}
	take("example.com")
	w.advance(time.Hour)
	do(w, command.DecideTransfer{Name: "example.com", Approve: true})
	if _, err := w.domain("example.com"); !errs.Is(err, errs.NotFound) {
		t.Errorf("approved, and still here: %v", err)
	}
	marks = must(w.Store.View().Marks(w.ctx))
	take("young.com")
	from = w.Clocks.Registrar()
	w.advance(6 * day)
	w.same(about(w.since(marks), "notice", "young.com", from), "+0 transfer_requested\n+5 transferred_away")
}

// TestPolicyLock refuses a transfer away within sixty days of the creation; the embedded registry does so by itself.
func TestPolicyLock(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.register("locked.com")
	if until, why := w.locked(d); why != "created" || !until.Equal(d.Created.AddDate(0, 0, 60)) {
		t.Errorf("lock until %s (%s)", until, why)
	}
	if err := w.Sim.TakeByTransfer(w.ctx, repo.Live, "locked.com", core.OtherRegistrar); err == nil {
		t.Error("the registry let a new name go")
	}
}

// TestPush moves a name between accounts, by its holder and by who knows the authInfo.
func TestPush(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.register("push.com")
	do(w, command.PushDomain{Name: "push.com", To: "beta"})
	w.advance(time.Minute) // the registry gets the copied contacts
	if _, err := w.domain("push.com"); !errs.Is(err, errs.NotOwned) {
		t.Errorf("pushed: %v", err)
	}
	alpha := w.c
	w.c = w.Caller(t, "beta")
	info, err := command.Do(w.ctx, w.Runner, w.c, command.InfoDomain{Name: "push.com"})
	if err != nil || info.Contacts[domain.Registrant].Data.LastName != "Doe" || info.Contacts[domain.Registrant].Account != w.c.Account.ID {
		t.Fatalf("arrived: %+v %v", info, err)
	}
	auth := do(w, command.AuthInfo{Name: "push.com"})
	w.c = alpha
	before := w.balance()
	if _, err := command.Do(w.ctx, w.Runner, w.c, transferIn("push.com", "nope-nope")); !errs.Is(err, errs.Auth) {
		t.Errorf("wrong authInfo: %v", err)
	}
	do(w, transferIn("push.com", auth))
	w.advance(time.Minute)
	now, err := w.domain("push.com")
	if err != nil || w.balance() != before {
		t.Fatalf("taken: %v, %s", err, w.balance())
	}
	there, err := must(w.Core.Registries.Named(now.Registry)).InfoDomain(w.ctx, now.Name)
	if err != nil || there.AuthInfo == auth {
		t.Errorf("the old account still knows the authInfo: %v", err)
	}
	if rep := w.advance(366*day + 66*day); about(rep, "notice", "push.com", now.Expires) == "" {
		t.Error("the pushed name has left the due list")
	}
}

// TestTransferOrderedAgain orders a name anew right after a transfer of it was given up: the registry's late message about the
// first one does not end the second.
func TestTransferOrderedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *core.Options) { o.Timing.Poll = time.Hour })
	do(w, transferIn("incoming.com", "in-AuthInfo-1"))
	do(w, command.CancelTransfer{Name: "incoming.com"})
	do(w, transferIn("incoming.com", "in-AuthInfo-1"))
	w.Runner.ConsumeAll(w.ctx) // "clientCancelled", of the first
	if st := do(w, command.TransferStatus{Name: "incoming.com"}); st.Order.State != order.Pending {
		t.Fatalf("the second transfer has ended as %s: %v", st.Order.State, st.Order.Error)
	}
	w.ok(w.Sim.Reject(w.ctx, repo.Live, "incoming.com"))
	w.Runner.ConsumeAll(w.ctx)
	if st := do(w, command.TransferStatus{Name: "incoming.com"}); st.Order.State != order.Failed {
		t.Errorf("the refused transfer is %s", st.Order.State)
	}
}

// TestTakenWithSettings takes a name from another account of the platform, with servers, a lock and a comment of one's own.
func TestTakenWithSettings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cmd := transferIn("beta-owned.com", "ex-AuthInfo-1")
	cmd.Servers.Servers, cmd.Comment = []host.Server{{Name: "a.example.net"}, {Name: "b.example.net"}}, "ours now"
	do(w, cmd)
	w.advance(time.Minute)
	now := must(w.domain("beta-owned.com"))
	if !now.Locked() || now.Comment != "ours now" || len(now.Servers) != 2 || now.Servers[0].Name != "a.example.net" {
		t.Errorf("taken: %v %q %v", now.Statuses, now.Comment, now.Servers)
	}
	if !now.OwnerChanged.IsZero() {
		t.Error("the same registrant counts as another")
	}
}

// TestTakenForAnotherRegistrant treats a name that moves between accounts to another registrant as a change of registrant: both are
// told, and it is locked.
func TestTakenForAnotherRegistrant(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cmd, next := transferIn("beta-owned.com", "ex-AuthInfo-1"), other(7)
	cmd.Contacts[domain.Registrant] = command.ContactRef{New: &next}
	do(w, cmd)
	if _, why := w.locked(must(w.domain("beta-owned.com"))); why != "owner changed" {
		t.Errorf("lock: %q", why)
	}
	for _, to := range []string{next.Email, "jane@alpha.example"} {
		if ms := must(w.Runner.Mails(w.ctx, command.MailQuery{To: to, Object: "beta-owned.com"})); len(ms) == 0 || ms[0].Kind != "owner_change" {
			t.Errorf("%s was not told: %+v", to, ms)
		}
	}
	if ms := must(w.Runner.Mails(w.ctx, command.MailQuery{To: next.Email})); len(ms) != 2 || ms[1].Kind != "verification" {
		t.Errorf("the new address is not to be proven: %+v", ms)
	}
}
