package seed_test

import (
	"context"
	"testing"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
)

type contactID = contact.ID

func firstContact(t testing.TB, w world, c command.Caller) contact.ID {
	t.Helper()
	page, err := command.Do(context.Background(), w.Runner, c, command.ListContacts{Query: command.Query{Limit: 1}})
	if err != nil || len(page.Contacts) == 0 {
		t.Fatalf("%v %v", page, err)
	}
	return page.Contacts[0].ID
}
