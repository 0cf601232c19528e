package app

import (
	"context"
	"fmt"

	"github.com/polyreg/polyreg/internal/id"
	"github.com/polyreg/polyreg/internal/seed"
)

// FreshAccount makes an account with money and credentials for every dialect, for tests that run side by side. The result has
// the seed file's keys.
func (a *App) FreshAccount(ctx context.Context) (Accounts, error) {
	name := "fresh-" + id.Hex(4)
	local := []string{"127.0.0.0/8", "::1/128"}
	root := seed.Root{Version: 1, Platform: a.opt.Sandbox.file.Root.Platform, Accounts: []seed.Account{{
		Name: name, Company: name, Email: "ops@" + name + ".example", Currency: "EUR", Balances: map[string]string{"EUR": "1000.00", "USD": "1000.00", "CZK": "25000.00"},
		DMAPI: &seed.DMAPI{Users: []seed.DMAPIUser{{Username: "ops@" + name + ".example", Password: id.Secret(16)}},
			APIKeys: []seed.APIKey{{Key: id.Secret(32), Access: "full", Note: "fresh"}}},
		OpenSRS: &seed.OpenSRS{Username: name, Keys: seed.OpenSRSKeys{Live: id.Hex(16), Test: id.Hex(16)}, IPRules: local},
		WAPI:    &seed.WAPI{User: "ops@" + name + ".example", Password: id.Secret(16), AllowedIPs: local},
		Domainrobot: &seed.Domainrobot{Users: []seed.RobotUser{{User: name, Context: 4, Password: id.Secret(16)}},
			TrustedApps: []seed.TrustedApp{{UUID: uuid(), Name: "fresh", Password: id.Secret(16), User: name, Context: 4}}},
	}}}
	f, err := seed.FromRoot(root, a.opt.Core.Clocks.Registrar())
	if err != nil {
		return nil, err
	}
	a.front.gate.RLock() // not while the sandbox is being reset
	defer a.front.gate.RUnlock()
	if _, err := seed.Apply(ctx, a.core.Runner, a.seedRegistry, f); err != nil {
		return nil, err
	}
	return f.AccountsShown()[0], nil
}

// uuid is a random version-4 UUID.
func uuid() string {
	h := id.Hex(16)
	return fmt.Sprintf("%s-%s-4%s-8%s-%s", h[:8], h[8:12], h[13:16], h[17:20], h[20:])
}
