package app

import (
	"fmt"

	"github.com/polyreg/polyreg/internal/seed"
)

// Login is a log-in of the seed, as the sandbox prints it.
type Login struct{ Account, Dialect, Text string }

// bannerAccounts is how many accounts' log-ins are printed; the endpoints file has all.
const bannerAccounts = 6

// Logins are the log-ins of the seed's first accounts, one line per dialect, and the one at the registry.
func (a *App) Logins() []Login {
	if a.opt.Sandbox == nil {
		return nil
	}
	var out []Login
	list := a.opt.Sandbox.file.Root.Accounts
	for _, acc := range list[:min(len(list), bannerAccounts)] {
		out = append(out, loginsOf(acc)...)
	}
	return append(out, Login{"(registrar)", "EPP", DemoRegistrar.User + " / " + DemoRegistrar.Password})
}

func loginsOf(acc seed.Account) []Login {
	var out []Login
	add := func(dialect, format string, args ...any) {
		out = append(out, Login{acc.Name, dialect, fmt.Sprintf(format, args...)})
	}
	if d := acc.DMAPI; d != nil && len(d.Users) > 0 {
		add("DMAPI", "%s / %s", d.Users[0].Username, d.Users[0].Password)
	}
	if d := acc.DMAPI; d != nil && len(d.APIKeys) > 0 {
		add("DMAPI", "API key %s", d.APIKeys[0].Key)
	}
	if o := acc.OpenSRS; o != nil && o.Keys.Live != "" {
		add("OpenSRS", "%s, key %s", o.Username, o.Keys.Live)
	}
	if w := acc.WAPI; w != nil {
		add("WAPI", "%s / %s", w.User, w.Password)
	}
	if d := acc.Domainrobot; d != nil && len(d.Users) > 0 {
		u := d.Users[0]
		add("Domainrobot", "%s / %s, context %d (AutoDNS XML too)", u.User, u.Password, u.Context)
	}
	return out
}
