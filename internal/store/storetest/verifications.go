package storetest

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
)

func verifications(t *testing.T, f *fixture) {
	ctx, view := t.Context(), f.View()
	a, b := f.account("a", 0), f.account("b", 0)
	now := view.Registrar()
	add := func(acc account.ID, email, token string) (v contact.Verification, ok bool) {
		t.Helper()
		v = contact.Verification{Account: acc, Email: email, TokenHash: token, Created: now, Due: now.AddDate(0, 0, 15)}
		f.in(func(ctx context.Context, tx command.Tx) { ok = must[bool](f)(tx.AddVerification(ctx, &v)) })
		return v, ok
	}
	put := func(v contact.Verification) {
		t.Helper()
		f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.PutVerification(ctx, v)) })
	}
	one, ok := add(a.ID, "Jane@example.org", "h1")
	f.same(ok, true)
	f.same(one.Email, "jane@example.org")
	_, ok = add(a.ID, "jane@example.org", "h2")
	f.same(ok, false)
	foreign, ok := add(b.ID, "jane@example.org", "h3")
	f.same(ok, true)
	one.TokenHash = "h4"
	put(one)
	f.same(must[contact.Verification](f)(view.Verification(ctx, a.ID, "JANE@example.org")), one)
	f.same(must[contact.Verification](f)(view.VerificationByToken(ctx, "h4")), one)
	f.same(must[contact.Verification](f)(view.VerificationByID(ctx, foreign.ID)), foreign)
	for _, hash := range []string{"h1", "h2", ""} {
		_, err := view.VerificationByToken(ctx, hash)
		f.kind(err, errs.NotFound)
	}
	_, err := view.Verification(ctx, a.ID, "roe@example.org")
	f.kind(err, errs.NotFound)
	_, err = view.VerificationByID(ctx, 999)
	f.kind(err, errs.NotFound)
	f.in(func(ctx context.Context, tx command.Tx) {
		f.kind(tx.PutVerification(ctx, contact.Verification{ID: 999, Account: a.ID, Email: "x@example.org"}), errs.NotFound)
	})

	one.Failed = now.AddDate(0, 0, 15)
	put(one)
	two, ok := add(a.ID, "jane@example.org", "h5") // after a failure another may follow
	f.same(ok, true)
	f.same(must[contact.Verification](f)(view.Verification(ctx, a.ID, "jane@example.org")), two)
	f.in(func(ctx context.Context, tx command.Tx) {
		f.ok(tx.PutDue(ctx, command.DueEntry{Kind: command.DueVerification, Object: two.ID, At: two.Due}))
	})
	one.Done = now.AddDate(0, 0, 16) // the token of the failed one still counts
	put(one)
	f.same(must[contact.Verification](f)(view.Verification(ctx, a.ID, "jane@example.org")), one)
	_, err = view.Due(ctx, command.DueVerification, two.ID)
	f.kind(err, errs.NotFound)
	_, ok = add(a.ID, "jane@example.org", "h6")
	f.same(ok, false)
	foreign.Done = now
	put(foreign)
	f.same(must[contact.Verification](f)(view.VerificationByID(ctx, foreign.ID)), foreign)
}

func verificationsAtOnce(t *testing.T, f *fixture) {
	now := f.View().Registrar()
	var added, refused atomic.Int32
	together(8, func(i int) {
		var ok bool
		err := f.InTx(t.Context(), func(ctx context.Context, tx command.Tx) (err error) {
			v := contact.Verification{Account: 1, Email: "jane@example.org", TokenHash: "h" + itoa(int64(i)), Created: now, Due: now.Add(time.Hour)}
			ok, err = tx.AddVerification(ctx, &v)
			return err
		})
		switch {
		case err != nil:
			t.Error(err)
		case ok:
			added.Add(1)
		default:
			refused.Add(1)
		}
	})
	if added.Load() != 1 || refused.Load() != 7 {
		t.Fatalf("%d added and %d refused, want 1 and 7", added.Load(), refused.Load())
	}
}

func registrantEmail(t *testing.T, f *fixture) {
	ctx, view := t.Context(), f.View()
	a, b := f.account("a", 0), f.account("b", 0)
	doe, other, foreign := f.contact(a.ID, "Doe"), f.contact(a.ID, "Roe"), f.contact(b.ID, "Doe")
	own := contact.Contact{Account: a.ID, Owner: "own.com", Data: person("Doe")}
	own.Data.Email = "DOE@Example.org"
	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.AddContact(ctx, &own)) })
	held := func(acc account.ID, name string, role domain.Role, c contact.ID) domain.Domain {
		return f.domain(acc, dname.Name(name), func(d *domain.Domain) { d.AuthInfo, d.Contacts = "sealed", map[domain.Role]contact.ID{role: c} })
	}
	one, two := held(a.ID, "own.com", domain.Registrant, own.ID), held(a.ID, "one.com", domain.Registrant, doe.ID)
	held(a.ID, "other.com", domain.Registrant, other.ID)
	held(a.ID, "admin.com", domain.Admin, doe.ID)
	held(b.ID, "foreign.com", domain.Registrant, foreign.ID)
	f.same(must[[]domain.Domain](f)(view.DomainsByRegistrantEmail(ctx, a.ID, "Doe@example.org")), []domain.Domain{one, two})
	f.same(must[[]domain.Domain](f)(view.DomainsByRegistrantEmail(ctx, a.ID, "nobody@example.org")), []domain.Domain{})

	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.VerifyEmail(ctx, a.ID, "dOE@example.org")) })
	doe.Verified, own.Verified = true, true
	f.same(must[contact.Contact](f)(view.Contact(ctx, a.ID, doe.ID)), doe)
	f.same(must[contact.Contact](f)(view.Contact(ctx, a.ID, own.ID)), own)
	f.same(must[contact.Contact](f)(view.Contact(ctx, a.ID, other.ID)), other)
	f.same(must[contact.Contact](f)(view.Contact(ctx, b.ID, foreign.ID)), foreign)
}
