package opensrs

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

// lookup is LOOKUP DOMAIN (opensrs-commands.md §1.1).
func lookup(ctx context.Context, x *call) (*reply, error) {
	domain := x.q.named()
	if domain == "" {
		return nil, refuse(errs.Missing, 701, "TLD not serviced") // recorded so for a missing name, not 460
	}
	found, err := do(ctx, x, command.CheckDomains{Names: []string{domain}, Fresh: x.q.attrs.str("no_cache") == "1"})
	if err != nil {
		return nil, err
	}
	switch a := found[0]; a.Status {
	case command.Free:
		return &reply{code: 210, text: "Domain available", attrs: hash("status", "available")}, nil
	case command.Processing:
		return &reply{code: 221, text: "Domain taken, awaiting registration", attrs: hash("status", "taken")}, nil
	case command.ReservedFor:
		return &reply{code: 211, text: "Domain taken", attrs: hash("status", "taken", "reason", "Reserved Name")}, nil
	case command.Refused:
		if a.Err.Kind == errs.InvalidName && !hasDot(domain) {
			return nil, refuse(errs.UnsupportedTLD, 701, "TLD not serviced")
		}
		return nil, a.Err
	}
	return &reply{code: 211, text: "Domain taken", attrs: hash("status", "taken")}, nil
}

func hasDot(s string) bool {
	for i := range s {
		if s[i] == '.' {
			return true
		}
	}
	return false
}
