package opensrs

import (
	"context"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
)

// checkNameserver is REGISTRY_CHECK_NAMESERVER (opensrs-commands.md §7.7): 200 where the registry has the host, 212 where not.
// A host under an ending that is not sold here can be known to no registry of ours before a delegation names it.
func checkNameserver(ctx context.Context, x *call) (*reply, error) {
	name, err := x.foreignHost()
	if err != nil {
		return nil, err
	}
	free, err := do(ctx, x, command.CheckHost{Name: string(name)})
	switch {
	case err == nil && !free:
		return ok("Nameserver exists", nil), nil
	case err == nil, errs.Is(err, errs.UnsupportedTLD):
		return &reply{code: 212, text: "Nameserver does not exist at registry"}, nil
	}
	return nil, err
}

// addForeignHost is REGISTRY_ADD_NS (§7.6). Registries are told of a host with the first delegation to it, which makes this
// step needless for every host that needs no addresses; the answer says so for each registry. One below a name of a registry
// needs addresses and is the matter of that name's holder.
func addForeignHost(ctx context.Context, x *call) (*reply, error) {
	name, err := x.foreignHost()
	if err != nil {
		return nil, err
	}
	all, err := x.q.attrs.on("all")
	if err != nil {
		return nil, err
	}
	tld := strings.ToLower(strings.Trim(x.q.attrs.str("tld"), "."))
	if tld == "" && !all {
		return nil, missing("tld")
	}
	switch free, err := do(ctx, x, command.CheckHost{Name: string(name)}); {
	case err == nil && !free:
		return nil, refuse(errs.Exists, 485, "Nameserver "+string(name)+" already exists")
	case err == nil:
		return nil, refuse(errs.NotFound, 465, "Nameserver "+string(name)+" needs addresses; create it below its domain")
	case !errs.Is(err, errs.UnsupportedTLD):
		return nil, err
	}
	out := hash()
	for _, t := range x.d.deps.Runner.Catalog().TLDs() {
		if all || t.Name == tld {
			out.set(t.Name, text("Not needed: the registry is told with the first delegation."))
		}
	}
	return ok("Command Successful", out), nil
}

// foreignHost reads fqdn and tld.
func (x *call) foreignHost() (dname.Name, error) {
	given := x.q.attrs.str("fqdn")
	if given == "" {
		return "", missing("fqdn")
	}
	name, err := hostName(given)
	if err != nil {
		return "", err
	}
	if tld := strings.ToLower(strings.Trim(x.q.attrs.str("tld"), ".")); tld != "" && x.d.deps.Runner.Catalog().TLD(tld) == nil {
		return "", refuse(errs.UnsupportedTLD, 480, "TLD not serviced")
	}
	return name, nil
}
