package opensrs

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/host"
)

// updateNameservers is ADVANCED_UPDATE_NAMESERVERS (opensrs-commands.md §7.1). Adding a present name and removing an absent
// one are no errors.
func updateNameservers(ctx context.Context, x *call) (*reply, error) {
	if _, err := x.domain(ctx); err != nil {
		return nil, err
	}
	cmd, err := delegation(x.q.attrs)
	if err != nil {
		return nil, err
	}
	info, err := x.own(ctx)
	if err != nil {
		return nil, err
	}
	cmd.Name = string(info.Domain.Name)
	if cmd.Servers != nil {
		err = x.keepGlue(ctx, cmd.Servers.Servers, info)
	} else {
		err = x.keepGlue(ctx, cmd.AddServers, info)
	}
	if err != nil {
		return nil, err
	}
	out, err := do(ctx, x, cmd)
	switch {
	case err != nil:
		return nil, err
	case out.Pending:
		return &reply{code: 250, text: "Request accepted; the registry has not answered yet"}, nil
	case out.NoChange:
		return ok("No nameserver changes necessary", nil), nil
	}
	return ok("Command Successful", nil), nil
}

func delegation(a *value) (cmd command.UpdateDomain, err error) {
	assign, add, remove := a.get("assign_ns"), a.get("add_ns"), a.get("remove_ns")
	switch op := a.str("op_type"); op {
	case "":
		return cmd, missing("op_type")
	case "assign":
		if assign.empty() {
			return cmd, missing("assign_ns")
		}
		servers, err := readServers(assign)
		cmd.Servers = &command.ServerList{Servers: servers}
		return cmd, err
	case "add_remove":
		if !assign.empty() {
			return cmd, invalid("assign_ns", "cannot be given together with op_type add_remove")
		}
		if add.empty() && remove.empty() {
			return cmd, missing("add_ns")
		}
		if cmd.AddServers, err = readServers(add); err != nil {
			return cmd, err
		}
		gone, err := readServers(remove)
		for _, s := range gone {
			cmd.RemoveServers = append(cmd.RemoveServers, s.Name)
		}
		return cmd, err
	default:
		return cmd, invalid("op_type", "is neither assign nor add_remove")
	}
}

// keepGlue gives servers below the domain the addresses they have, by the delegation or as host objects; one without is a host
// that the registry does not know.
func (x *call) keepGlue(ctx context.Context, servers []host.Server, info command.DomainInfo) error {
	known := map[dname.Name]host.Server{}
	for _, s := range info.Domain.Servers {
		known[s.Name] = s
	}
	for i := range servers {
		s := &servers[i]
		if len(s.Addresses) > 0 || !s.Name.Within(info.Domain.Name) {
			continue
		}
		if s.Addresses = known[s.Name].Addresses; len(s.Addresses) > 0 {
			continue
		}
		h, err := do(ctx, x, command.HostInfo{Name: string(s.Name)})
		if err != nil && !errs.Is(err, errs.NotFound, errs.NotOwned) {
			return err
		}
		if s.Addresses = h.Addresses; len(s.Addresses) == 0 {
			return refuse(errs.NotFound, 435, "Request failed validation: Name server '"+string(s.Name)+
				"' is not found at the registry. Please double check the nameserver and re-submit.")
		}
	}
	return nil
}
