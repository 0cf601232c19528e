package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/host"
)

// seedDomains makes the same domains in any store.
func seedDomains(t *testing.T, s command.Store) account.ID {
	a := account.Account{Name: "a", Environment: account.Live, Currency: "EUR"}
	err := s.InTx(t.Context(), func(ctx context.Context, tx command.Tx) error {
		if err := tx.AddAccount(ctx, &a); err != nil {
			return err
		}
		for i := range 24 {
			tld := []string{"com", "de", "co.uk"}[i%3]
			d := domain.Domain{Account: a.ID, Environment: account.Live, Name: dname.Name(fmt.Sprintf("d%c%d.%s", 'a'+i%5, i, tld)), TLD: tld,
				AutoRenew: []domain.AutoRenew{domain.Renew, domain.Expire}[i%2], Created: t0.AddDate(0, 0, i%4), Expires: t0.AddDate(1, 0, i%6),
				Comment: []string{"", "Müller", "100% \\ done", "a_b"}[i%4], Profile: account.ProfileID(i % 3),
				Contacts: map[domain.Role]contact.ID{domain.Registrant: contact.ID(i % 4), domain.Tech: 9}}
			if i%3 > 0 {
				d.Servers = []host.Server{{Name: "ns1.example.net"}, {Name: dname.Name(fmt.Sprintf("ns%d.example.org", i))}}
				d.Statuses = []string{"ok", domain.ClientHold}[i%2:]
			}
			if err := tx.AddDomain(ctx, &d); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return a.ID
}

var (
	someFields = rapid.SampledFrom([]string{"id", "name", "sld", "tld", "status", "comment", "auto_renew", "created", "updated", "expires", "server",
		"registrant", "admin", "tech", "profile", "nonsense"})
	someOps = rapid.SampledFrom([]command.Op{command.Equal, command.NotEqual, command.Like, command.NotLike, command.Less, command.LessEq, command.Greater,
		command.GreaterEq, command.In, command.NotIn, command.IsNull, command.NotNull})
	someValues = rapid.OneOf(rapid.SampledFrom([]string{"0", "1", "2", "310005", "com", "CO.UK", "da%", "%1_", `%\%%`, `\`, `a\_b`, "müller", "MÜ%", "ok", "ns_.%",
		"ns1.example.net", "renew", "", t0.Format(time.RFC3339Nano), t0.AddDate(1, 0, 2).Format(time.RFC3339Nano), "' OR 1=1 --"}), rapid.String())
)

func someFilter(t *rapid.T, depth int) command.Filter {
	if depth > 0 && rapid.IntRange(0, 3).Draw(t, "nest") == 0 {
		list := make([]command.Filter, rapid.IntRange(0, 3).Draw(t, "parts"))
		for i := range list {
			list[i] = someFilter(t, depth-1)
		}
		if rapid.Bool().Draw(t, "any") {
			return command.Filter{Any: list}
		}
		return command.Filter{All: list}
	}
	return command.Filter{Field: someFields.Draw(t, "field"), Op: someOps.Draw(t, "op"), Values: rapid.SliceOfN(someValues, 0, 2).Draw(t, "values")}
}

// TestQueriesAlike runs arbitrary queries: none is anything but answered or refused, pages joined are the whole list, and
// both engines answer alike.
func TestQueriesAlike(t *testing.T) {
	t.Parallel()
	stores := []command.Store{migrated(t, openSQLite(t))}
	if os.Getenv("POLYREG_TEST_POSTGRES") != "" {
		stores = append(stores, migrated(t, openPostgres(t)))
	}
	var accs []account.ID
	for _, s := range stores {
		accs = append(accs, seedDomains(t, s))
	}
	rapid.Check(t, func(r *rapid.T) {
		q := command.Query{Where: someFilter(r, 3), Limit: -1, Count: true}
		for range rapid.IntRange(0, 2).Draw(r, "sorts") {
			q.Sort = append(q.Sort, command.Sort{Field: someFields.Draw(r, "by"), Desc: rapid.Bool().Draw(r, "desc")})
		}
		var first []string
		for i, s := range stores {
			got := answer(r, s, accs[i], q)
			if i == 0 {
				first = got
			} else if !slices.Equal(got, first) {
				r.Fatalf("%+v\nSQLite:     %q\nPostgreSQL: %q", q, first, got)
			}
		}
	})
}

// answer is the names of a list, or the kind of its refusal.
func answer(r *rapid.T, s command.Store, acc account.ID, q command.Query) []string {
	ds, page, err := s.View().ListDomains(context.Background(), []account.ID{acc}, q)
	var refusal *errs.Error
	if errors.As(err, &refusal) {
		return []string{refusal.Kind.String()}
	}
	if err != nil {
		r.Fatalf("%+v: %v", q, err)
	}
	names := []string{}
	for _, d := range ds {
		names = append(names, string(d.Name))
	}
	if page.Total != len(names) {
		r.Fatalf("%+v: %d rows, counted %d", q, len(names), page.Total)
	}
	var joined []string
	for q.Limit, q.Count = 5, false; ; {
		ds, page, err := s.View().ListDomains(context.Background(), []account.ID{acc}, q)
		if err != nil {
			r.Fatalf("%+v: %v", q, err)
		}
		for _, d := range ds {
			joined = append(joined, string(d.Name))
		}
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	if !slices.Equal(joined, names) {
		r.Fatalf("%+v: pages give %q, the list %q", q, joined, names)
	}
	return names
}
