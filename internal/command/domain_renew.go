package command

import (
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/money"
)

// RenewDomain extends a registration. Exactly one of Years and UntilYear is set. Errors: NotFound, NotOwned, InvalidPeriod,
// Conflict (field "expiry": the compared expiry differs), WrongState, NoPrice, NoFunds, Busy, RegistryDown, RegistryRejected.
type RenewDomain struct {
	Name      string
	Years     int
	UntilYear int // renew until the expiry lies in that year; WrongState when it does already
	// What the caller believes the present expiry to be; zero values compare nothing.
	ExpiryYear int
	ExpiryDate time.Time // compared by date in UTC
	AutoRenew  *domain.AutoRenew
	MaxPrice   *money.Amount
}

func (RenewDomain) need() account.Access { return account.Full }
