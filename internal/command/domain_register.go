package command

import (
	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/money"
)

// RegisterDomain orders a new name. All problems of the input are reported at once, each with its field: "name", "period",
// "registrant", "admin", "tech", "billing" (or "registrant.email" … for data brought along), "name_servers", "ns_set",
// "max_price", "profile". Errors besides: NotAvailable, NoPrice, NoFunds, Busy, RegistryDown, RegistryRejected, Conflict.
type RegisterDomain struct {
	Name     string
	Years    int // 0 means the shortest period that is sold
	Contacts map[domain.Role]ContactRef
	// FillRoles gives roles that the TLD takes and the caller left out the registrant's contact.
	FillRoles bool
	Servers   ServerList
	AutoRenew domain.AutoRenew // "" means Expire
	Lock      bool             // clientTransferProhibited from the start
	AuthInfo  string           // made up when empty
	Comment   string
	Profile   *Profile      // registrant profile that shall hold the name
	MaxPrice  *money.Amount // refuse a higher price
}

// Profile names a registrant profile: made when the user name is new in the account, else the password must fit.
type Profile struct {
	Username string
	Password string
}

func (RegisterDomain) need() account.Access { return account.Full }
