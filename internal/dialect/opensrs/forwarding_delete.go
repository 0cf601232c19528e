package opensrs

import "context"

// deleteForwarding is DELETE_DOMAIN_FORWARDING (opensrs-commands.md §9.4): the service is off and its rules are gone; the zone stays.
func deleteForwarding(ctx context.Context, x *call) (*reply, error) {
	s, err := x.forwarding(ctx)
	if err != nil {
		return nil, err
	}
	if !s.on {
		return nil, s.missing()
	}
	if err := x.saveForwarding(ctx, s, nil, ""); err != nil {
		return nil, err
	}
	return ok("Command Successful", nil), nil
}
