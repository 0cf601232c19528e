package dmapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/domain"
)

// Words of wa-email-query-status (§7.8.1).
const (
	emailVerified   = "verified"
	emailUnverified = "unverified"
	emailPending    = "pending"
	emailInvalid    = "invalid"
)

// emailStatus is wa-email-query-status: how far the proof of an address is. One that nobody here has is unverified.
func emailStatus(ctx context.Context, rq *request) (*reply, error) {
	email, err := rq.email()
	if err != nil {
		return nil, err
	}
	page, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.ListContacts{Query: command.Query{Limit: command.MaxPage,
		Where: command.Where("email", command.Like, like(email))}})
	if err != nil {
		return nil, err
	}
	for _, k := range page.Contacts {
		if k.Verified {
			return &reply{body: emailVerified}, nil
		}
	}
	word := emailUnverified
	err = rq.eachVerification(ctx, email, func(_ domain.Domain, v contact.Verification) bool {
		word = verificationWord(v)
		return false
	})
	return &reply{body: word}, err
}

func verificationWord(v contact.Verification) string {
	switch {
	case !v.Done.IsZero():
		return emailVerified
	case !v.Failed.IsZero():
		return emailInvalid
	}
	return emailPending
}
