package sim

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
)

// pends asks the Pending hook and notes the action in the domain when it is to wait.
func (s *Server) pends(c *call, op string, d *repo.Domain, target *repo.Target) bool {
	if s.cfg.Pending == nil || !s.cfg.Pending(op, d.Name) {
		return false
	}
	d.Pending = &repo.Pending{Op: op, ClTRID: c.clTRID, SvTRID: c.svTRID, Target: target}
	return true
}

// ErrNotPending says that a domain does not exist or waits for nothing.
var ErrNotPending = errors.New("embedded registry: no action is pending")

// ResolvePending ends the pending action of a domain, as approved or as refused, and queues the message about it for the
// sponsor (RFC 5731 §3.3). A refused create removes the domain.
func (s *Server) ResolvePending(ctx context.Context, namespace, name string, approve bool) error {
	now := s.cfg.Clocks.Registrar()
	return s.inTx(ctx, func(ctx context.Context, tx repo.Tx) error {
		d, err := tx.LockDomain(ctx, namespace, name)
		if errors.Is(err, repo.ErrNotFound) || err == nil && d.Pending == nil {
			return fmt.Errorf("%w: %s", ErrNotPending, name)
		}
		if err != nil {
			return err
		}
		p, sponsor := d.Pending, d.Sponsor // transit takes the domain from its sponsor
		d.Pending = nil
		if err := s.resolve(ctx, tx, &d, decision{p, approve, now}); err != nil {
			return err
		}
		word := "refused"
		if approve {
			word = "completed"
		}
		return tx.InsertMessage(ctx, &repo.Message{Registrar: sponsor, Queued: now,
			Text:    fmt.Sprintf("Pending %s of %s %s", p.Op, d.Name, word),
			PanData: &repo.PanData{Name: d.Name, Done: approve, ClTRID: p.ClTRID, SvTRID: p.SvTRID, Date: now}})
	})
}

type decision struct {
	*repo.Pending
	approve bool
	now     time.Time
}

// resolve carries the decision out on the domain and gives back what was paid for something refused.
func (s *Server) resolve(ctx context.Context, tx repo.Tx, d *repo.Domain, by decision) error {
	switch {
	case by.Op == "create" && !by.approve:
		if err := tx.DeleteDomain(ctx, d); err != nil {
			return err
		}
		return giveBack(ctx, tx, d.Sponsor, by.Fee)
	case by.Op == "delete" && by.approve:
		return s.remove(ctx, tx, d, &removal{at: by.now, clTRID: by.ClTRID, svTRID: by.SvTRID})
	case by.Target != nil && by.approve:
		apply(d, by.Target)
		d.Updater, d.Updated = d.Sponsor, by.now
	}
	if err := tx.UpdateDomain(ctx, d); err != nil || by.approve {
		return err
	}
	return giveBack(ctx, tx, d.Sponsor, by.Fee)
}

func giveBack(ctx context.Context, tx repo.Tx, registrar string, fee int64) error {
	if fee == 0 {
		return nil
	}
	_, err := tx.Charge(ctx, registrar, -fee, true)
	return err
}
