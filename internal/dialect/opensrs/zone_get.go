package opensrs

import "context"

// getZone is GET_DNS_ZONE (opensrs-commands.md §8.2).
func getZone(ctx context.Context, x *call) (*reply, error) {
	v, info, err := x.zone(ctx)
	if err != nil {
		return nil, err
	}
	return x.zoneAnswer(v, info), nil
}
