package command

import (
	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
)

// UpdateDomain changes a domain; nil and empty members change nothing. AutoRenew, Comment and Profile are the platform's own
// and need no registry. Outcome.NoChange tells that nothing differed. Errors: NotFound, NotOwned, Invalid and Missing with
// fields as in RegisterDomain, Locked, WrongState, Busy, RegistryDown, RegistryRejected.
type UpdateDomain struct {
	Name     string
	Contacts map[domain.Role]ContactRef
	// Servers replaces the delegation; AddServers and RemoveServers change it instead: adding a present name and removing
	// an absent one are no errors.
	Servers       *ServerList
	AddServers    []dname.Name
	RemoveServers []dname.Name
	Lock          *bool // clientTransferProhibited
	Hold          *bool // clientHold
	AuthInfo      *string
	AutoRenew     *domain.AutoRenew
	Comment       *string
}

func (UpdateDomain) need() account.Access { return account.Modify }
