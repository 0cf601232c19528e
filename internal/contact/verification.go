package contact

import (
	"time"

	"github.com/polyreg/polyreg/internal/account"
)

// Verification is the proof that a registrant reads an e-mail address (2013 RAA, accuracy specification §1). There is one
// open verification at most for an account and address.
type Verification struct {
	ID        int64
	Account   account.ID
	Email     string // lower case
	TokenHash string // SHA-256 of the token that the mail carries
	Created   time.Time
	Due       time.Time // registrar time at which names are suspended
	Failed    time.Time // when they were, zero if not
	Done      time.Time // when it was verified, zero if not
}
