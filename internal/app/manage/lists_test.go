package manage

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/notify"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/registry/fault"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
)

// holdings are names at the registry.
type holdings []repo.Domain

func (h holdings) Domain(_ context.Context, ns, name string) (repo.Domain, error) {
	for _, d := range h {
		if d.Namespace == ns && d.Name == name {
			return d, nil
		}
	}
	return repo.Domain{}, repo.ErrNotFound
}

func (h holdings) HeldBy(context.Context, string, string, int) ([]repo.Domain, error) {
	return nil, nil
}

func (h holdings) Waiting(_ context.Context, ns, _ string, _ int) (out []repo.Domain, err error) {
	for _, d := range h {
		if d.Namespace == ns && (d.Pending != nil || d.Transfer.Waits()) {
			out = append(out, d)
		}
	}
	return out, nil
}

// staff lets every decision be made.
type staff struct{ Registry }

func (staff) ResolvePending(context.Context, string, string, bool) error { return nil }

// post is a Runner whose mails are given.
type post []notify.Mail

func (post) ConsumeAll(context.Context) {}

func (p post) Mail(context.Context, int64) (notify.Mail, error) { return notify.Mail{}, nil }

func (p post) Mails(_ context.Context, q command.MailQuery) (out []notify.Mail, err error) {
	for _, m := range p {
		if m.ID > q.After && len(out) < q.Limit && (q.Account == 0 || q.Account == m.Account) {
			out = append(out, m)
		}
	}
	return out, nil
}

// onWorld is an API on a store with the accounts alpha, its twin of the test environment, and beta.
func onWorld(t *testing.T, h holdings) (*API, *dialecttest.World, func(method, path, body string) (int, string)) {
	t.Helper()
	w := dialecttest.New(t)
	a := New(Deps{Clocks: w.Clocks, Store: w.Store, Runner: post(nil), Registry: staff{}, Holdings: h, Own: core.PlatformLogins, Faults: &fault.Set{},
		Log: slog.New(slog.DiscardHandler)})
	mux := http.NewServeMux()
	for _, r := range a.Routes() {
		mux.HandleFunc(r.Pattern, r.Handle)
	}
	return a, w, func(method, path, body string) (int, string) {
		t.Helper()
		rec := httptest.NewRecorder()
		mux.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), method, "/_polyreg/"+path, strings.NewReader(body)))
		return rec.Code, rec.Body.String()
	}
}

func accountIn(t *testing.T, w *dialecttest.World, env account.Environment, name string) account.Account {
	t.Helper()
	acc, err := w.Store.View().AccountByName(t.Context(), env, name)
	if err != nil {
		t.Fatal(err)
	}
	return acc
}

// addOrders writes open orders of an account for names that a format makes of numbers.
func addOrders(t *testing.T, w *dialecttest.World, acc account.Account, op order.Operation, format string, n int) {
	t.Helper()
	err := w.Store.InTx(t.Context(), func(ctx context.Context, tx command.Tx) error {
		for i := range n {
			o := order.Order{Account: acc.ID, Environment: acc.Environment, Operation: op, ObjectKind: "domain", ObjectName: fmt.Sprintf(format, i), State: order.Pending,
				Registry: core.EmbeddedLive, Attempt: 1, NextAttempt: tx.Wall().Add(time.Hour), Created: tx.Registrar(), Updated: tx.Registrar()}
			if err := tx.AddOrder(ctx, &o); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// An account's orders are found among any number of others', and its transfers without those of others.
func TestOrdersOfAnAccount(t *testing.T) {
	t.Parallel()
	ours, other := core.PlatformLogins[repo.Live], "other-registrar"
	waits := func(name, from, to string) repo.Domain {
		return repo.Domain{Namespace: repo.Live, Name: name, Sponsor: from, Transfer: &repo.Transfer{State: repo.TransferPending, AcID: from, ReID: to, ReDate: t0, AcDate: t0}}
	}
	_, w, call := onWorld(t, holdings{waits("example.com", ours, other), waits("beta-owned.com", ours, other), waits("in-alpha-0.com", other, ours),
		waits("in-beta-0.com", other, ours), waits("foreign.com", other, "third")})
	alpha, beta := accountIn(t, w, account.Live, "alpha"), accountIn(t, w, account.Live, "beta")
	addOrders(t, w, beta, order.Register, "many-%d.com", listed)
	addOrders(t, w, beta, order.TransferIn, "in-beta-%d.com", 1)
	addOrders(t, w, alpha, order.TransferIn, "in-alpha-%d.com", 1)
	addOrders(t, w, accountIn(t, w, account.Test, "alpha"), order.Register, "twin-%d.com", 1)
	list := func(query string) (orders, transfers []string) {
		status, body := call("GET", "orders"+query, "")
		var got struct {
			Orders    []openOrder
			Transfers []transfer
		}
		if err := json.Unmarshal([]byte(body), &got); err != nil || status != 200 {
			t.Fatalf("%d %s", status, body)
		}
		for _, o := range got.Orders {
			orders = append(orders, o.Object)
		}
		for _, tr := range got.Transfers {
			transfers = append(transfers, tr.Name)
			if (tr.Order != 0) != strings.HasPrefix(tr.Name, "in-") {
				t.Errorf("%+v", tr)
			}
		}
		return orders, transfers
	}
	if orders, transfers := list("?account=alpha"); !slices.Equal(orders, []string{"in-alpha-0.com", "twin-0.com"}) || !slices.Equal(transfers, []string{"example.com", "in-alpha-0.com"}) {
		t.Errorf("alpha: %v %v", orders, transfers)
	}
	if orders, transfers := list(fmt.Sprintf("?account=%d", alpha.ID)); !slices.Equal(orders, []string{"in-alpha-0.com"}) || len(transfers) != 2 {
		t.Errorf("alpha by number: %v %v", orders, transfers)
	}
	if orders, transfers := list("?account=beta"); len(orders) != listed || !slices.Equal(transfers, []string{"beta-owned.com", "in-beta-0.com"}) {
		t.Errorf("beta: %d %v", len(orders), transfers)
	}
	if orders, transfers := list(""); len(orders) != listed || len(transfers) != 5 {
		t.Errorf("all: %d %v", len(orders), transfers)
	}
}

// A decision about what waits at the registry without an order of ours: a transfer of old is not told of.
func TestDecisionWithoutOrder(t *testing.T) {
	t.Parallel()
	pending := &repo.Pending{Op: "renew", ClTRID: "by-hand"}
	_, _, call := onWorld(t, holdings{{Namespace: repo.Live, Name: "never-moved.com", Pending: pending},
		{Namespace: repo.Live, Name: "moved-once.com", Pending: pending, Transfer: &repo.Transfer{State: "clientApproved", AcID: "x", ReID: "y"}}})
	for _, name := range []string{"never-moved.com", "moved-once.com"} {
		if status, body := call("POST", "orders/"+name, `{"decision":"complete"}`); status != 200 || strings.Contains(body, "transfer") || !strings.Contains(body, `"decision": "complete"`) {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
}

// Accounts of one name share a list of mails, whose pages can be turned.
func TestMailsOfTwins(t *testing.T) {
	t.Parallel()
	a, w, call := onWorld(t, nil)
	live, test, beta := accountIn(t, w, account.Live, "alpha").ID, accountIn(t, w, account.Test, "alpha").ID, accountIn(t, w, account.Live, "beta").ID
	a.Runner = post{{ID: 1, Account: test}, {ID: 2, Account: live}, {ID: 3, Account: beta}, {ID: 4, Account: test}, {ID: 5, Account: live}}
	for query, want := range map[string]string{
		"?account=alpha":                      "[1 2 4 5] false",
		"?account=alpha&limit=3":              "[1 2 4] true",
		"?account=alpha&limit=3&after=4":      "[5] false",
		"?account=alpha&limit=4":              "[1 2 4 5] false",
		"?account=beta":                       "[3] false",
		"":                                    "[1 2 3 4 5] false",
		"?limit=2&after=1":                    "[2 3] true",
		"?account=" + fmt.Sprint(int64(test)): "[1 4] false",
	} {
		status, body := call("GET", "mails"+query, "")
		var got struct {
			Mails []mail
			More  bool
		}
		if err := json.Unmarshal([]byte(body), &got); err != nil || status != 200 {
			t.Fatalf("%s: %d %s", query, status, body)
		}
		var ids []int64
		for _, m := range got.Mails {
			ids = append(ids, m.ID)
		}
		if s := fmt.Sprint(ids, " ", got.More); s != want {
			t.Errorf("%s: %s, want %s", query, s, want)
		}
	}
}
