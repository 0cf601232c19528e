package lifecycle_test

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/money"
)

func ptr[T any](v T) *T { return &v }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// other is a registrant that nobody has verified.
func other(i int) contact.Data {
	d := dialecttest.Jane()
	d.FirstName, d.Email = fmt.Sprintf("Other%d", i), fmt.Sprintf("other%d@alpha.example", i)
	return d
}

func deposit(acc account.ID, minor int64) func(context.Context, command.Tx) error {
	return func(ctx context.Context, tx command.Tx) error {
		return tx.Deposit(ctx, acc, money.New(minor, "EUR"), "test")
	}
}

var quiet = slog.New(slog.DiscardHandler)
