package command

import (
	"context"
	"net/netip"
	"sync"
	"time"
)

// Rejection is a failed log-in or an unusable request. Reject alone counts and blocks.
type Rejection struct {
	Dialect string
	IP      netip.Addr
	// Block is the dialect's rule for addresses with too many rejections; the zero value blocks nobody.
	Block BlockRule
}

// BlockRule blocks an address after more than Threshold rejections for Factor per rejection, counted until it was quiet
// for Forget.
type BlockRule struct {
	Threshold int
	Factor    time.Duration
	Forget    time.Duration
}

// blocker counts rejections per dialect and address in memory: a node may lose it.
type blocker struct {
	mu   sync.Mutex
	rows map[blockKey]*blockRow
}

type blockKey struct {
	dialect string
	ip      netip.Addr
}

type blockRow struct {
	count int
	last  time.Time
	until time.Time
}

const maxBlockRows = 100_000

// Reject counts a rejection. With limits off it only counts.
func (r *Runner) Reject(_ context.Context, j Rejection) {
	if r.cfg.Limits == nil || j.Block.Threshold == 0 {
		return
	}
	b, wall := &r.blocks, r.cfg.Clocks.Wall()
	b.mu.Lock()
	defer b.mu.Unlock()
	key := blockKey{j.Dialect, j.IP.Unmap()}
	row := b.rows[key]
	if row == nil || wall.Sub(row.last) > j.Block.Forget || !row.until.IsZero() && wall.After(row.until) {
		if len(b.rows) >= maxBlockRows {
			b.rows = nil // an attacker with that many addresses is not stopped by a table
		}
		if b.rows == nil {
			b.rows = map[blockKey]*blockRow{}
		}
		row = &blockRow{}
		b.rows[key] = row
	}
	row.count++
	row.last = wall
	if row.count > j.Block.Threshold {
		row.until = wall.Add(time.Duration(row.count) * j.Block.Factor)
	}
}

// Blocked tells until when an address is blocked in a dialect; ok is false when it is not.
func (r *Runner) Blocked(dialect string, ip netip.Addr) (until time.Time, ok bool) {
	b, wall := &r.blocks, r.cfg.Clocks.Wall()
	b.mu.Lock()
	defer b.mu.Unlock()
	row := b.rows[blockKey{dialect, ip.Unmap()}]
	if row == nil || !wall.Before(row.until) {
		return time.Time{}, false
	}
	return row.until, true
}
