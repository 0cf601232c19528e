package lifecycle

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

// Keys under which the registrar clock is kept: where it stands, or how far it is ahead of wall time.
const (
	metaStanding = "clock.standing"
	metaDistance = "clock.distance"
)

// Save keeps the registrar clock, so that a restart does not set it back.
func (e *Engine) Save(ctx context.Context) error {
	key, value := metaDistance, strconv.FormatInt(int64(e.cfg.Clocks.Registrar().Sub(e.cfg.Clocks.Wall())), 10)
	if e.cfg.Clocks.Standing() {
		key, value = metaStanding, e.cfg.Clocks.Registrar().Format(time.RFC3339Nano)
	}
	return e.cfg.Store.InTx(ctx, func(ctx context.Context, tx command.Tx) error { return tx.PutMeta(ctx, key, value) })
}

// Restore moves a fresh clock to where Save left it. A clock that is ahead of that stays, for it never goes back.
func Restore(ctx context.Context, s command.Store, c *clock.Clocks) error {
	if c.Standing() {
		text, err := kept(ctx, s, metaStanding)
		if err != nil || text == "" {
			return err
		}
		at, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			return fmt.Errorf("the kept clock %q cannot be read: %w", text, err)
		}
		c.Advance(at.Sub(c.Registrar()))
		return nil
	}
	text, err := kept(ctx, s, metaDistance)
	if err != nil || text == "" {
		return err
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return fmt.Errorf("the kept clock %q cannot be read: %w", text, err)
	}
	c.Advance(time.Duration(n) - c.Registrar().Sub(c.Wall()))
	return nil
}

func kept(ctx context.Context, s command.Store, key string) (string, error) {
	text, err := s.View().Meta(ctx, key)
	if errs.Is(err, errs.NotFound) {
		return "", nil
	}
	return text, err
}
