package core

import (
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/ratelimit"
)

// limits spends command's rules in memory. A node may lose its counters; what must hold over many nodes gets a source in
// the store.
type limits struct{ source ratelimit.Source }

const limitKeys = 200_000

func newLimits(wall func() time.Time) command.Limiter {
	return limits{ratelimit.NewMemory(limitKeys, wall)}
}

// Spend takes one from a rule.
func (l limits) Spend(ctx context.Context, rule command.Rule, key string) error {
	lim := ratelimit.PerWindow(rule.Name, int64(rule.Count), rule.Per)
	if !rule.Window {
		lim = ratelimit.Limit{Name: rule.Name, Method: ratelimit.Rate, Count: int64(rule.Count), Period: rule.Per, Burst: int64(rule.Count)}
	}
	d, err := l.source.Take(ctx, key, lim, 1)
	if err != nil {
		return err
	}
	if !d.Allowed {
		e := errs.E(errs.RateLimited, "too many requests")
		e.RetryAfter = d.RetryAfter
		return e
	}
	return nil
}
