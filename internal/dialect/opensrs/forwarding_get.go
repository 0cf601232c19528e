package opensrs

import "context"

// getForwarding is GET_DOMAIN_FORWARDING (opensrs-commands.md §9.3).
func getForwarding(ctx context.Context, x *call) (*reply, error) {
	s, err := x.forwarding(ctx)
	if err != nil {
		return nil, err
	}
	if !s.on {
		return nil, s.missing()
	}
	return ok("Command Successful", hash().set("forwarding", showRules(s.rules))), nil
}
