package opensrs

import "context"

// setForwarding is SET_DOMAIN_FORWARDING (opensrs-commands.md §9.2): it replaces all rules. A single one may stand in the
// attributes themselves.
func setForwarding(ctx context.Context, x *call) (*reply, error) {
	s, err := x.forwarding(ctx)
	if err != nil {
		return nil, err
	}
	if !s.on {
		return nil, s.missing()
	}
	given := x.q.attrs.get("forwarding")
	switch {
	case given != nil && given.form != scalar:
	case x.q.attrs.str("destination_url") != "":
		given = x.q.attrs
	default:
		return nil, missing("forwarding")
	}
	rules, err := readRules(rowsOf(given), s.zone.Zone.Origin)
	if err != nil {
		return nil, err
	}
	if err := x.saveForwarding(ctx, s, rules, writeNote(rules)); err != nil {
		return nil, err
	}
	return ok("Command Successful", nil), nil
}
