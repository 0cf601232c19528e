package opensrs

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

// blankTemplate is the one DNS template that everybody has: a zone without records (opensrs-commands.md §2.1).
const blankTemplate = "*blank*"

// knownTemplate refuses every other template; the text ends in a line feed, as recorded.
func knownTemplate(a *value) error {
	if t := a.str("dns_template"); t != "" && t != blankTemplate {
		return &refusal{kind: errs.NotFound, code: 478, text: "DNS template specified does not exist.  (" + clip(t, 80) + ")\n"}
	}
	return nil
}

// orderedZone makes the zone that was ordered with a new name. One that is delegated to the platform has its zone already. The
// line says what did not come about; the name itself is registered in any case.
func (x *call) orderedZone(ctx context.Context, cmd command.RegisterDomain, pending bool) (line string) {
	if x.q.attrs.str("dns_template") == "" || cmd.Servers.Platform {
		return ""
	}
	if !pending {
		_, err := do(ctx, x, command.CreateZone{Origin: cmd.Name})
		if err == nil || errs.Is(err, errs.Exists) {
			return ""
		}
		x.d.deps.Log.WarnContext(ctx, "zone of a new name not made", "dialect", dialectName, "name", cmd.Name, "err", err)
	}
	return "\nThe DNS zone has not been created."
}
