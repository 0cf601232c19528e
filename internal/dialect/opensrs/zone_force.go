package opensrs

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
)

// forceNameservers is FORCE_DNS_NAMESERVERS (opensrs-commands.md §8.6): the domain is delegated to the platform's name servers.
func forceNameservers(ctx context.Context, x *call) (*reply, error) {
	info, err := x.own(ctx)
	if err != nil {
		return nil, err
	}
	return x.update(ctx, command.UpdateDomain{Name: string(info.Domain.Name), Servers: &command.ServerList{Platform: true}}, "Command Successful")
}
