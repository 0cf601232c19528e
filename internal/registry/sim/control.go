package sim

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// The methods here are the registry's own staff: they act for a registrar without a session, under the same rules as EPP, and
// are no part of EPP. Their errors carry a result code where EPP would have answered one (CodeOf).

// as makes a call of a registrar without a session.
func (s *Server) as(ctx context.Context, namespace, registrar string) (*call, error) {
	who, err := s.cfg.Store.Registrar(ctx, registrar)
	if err == nil && who.Namespace != namespace {
		err = repo.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("registrar %s: %w", registrar, err)
	}
	return &call{who: who, svTRID: s.svTRID(), now: s.cfg.Clocks.Registrar()}, nil
}

// change locks a domain, brings it up to now and runs fn on it.
func (s *Server) change(ctx context.Context, namespace, name string, fn func(context.Context, repo.Tx, *repo.Domain) error) error {
	return s.inTx(ctx, func(ctx context.Context, tx repo.Tx) error {
		d, err := s.lockDomain(ctx, tx, namespace, name)
		if err != nil {
			return err
		}
		return fn(ctx, tx, &d)
	})
}

// TakeByTransfer lets a registrar ask for the transfer of a domain that another sponsors, as if it knew the authInfo. Statuses,
// age and a transfer under way refuse it as they do over EPP.
func (s *Server) TakeByTransfer(ctx context.Context, namespace, name, registrar string) error {
	c, err := s.as(ctx, namespace, registrar)
	if err != nil {
		return err
	}
	return s.change(ctx, namespace, name, func(ctx context.Context, tx repo.Tx, d *repo.Domain) error {
		if d.Sponsor == registrar {
			return refuse(epp.CodeNotTransferable, ofDomain("name", name), "the domain is the registrar's own")
		}
		tld := s.policy(name)
		years, err := transferYears(tld, d, nil, c.now)
		if err != nil {
			return err
		}
		fee, _ := s.price(dname.Name(name), epp.FeeForTransfer, years)
		if err := s.openTransfer(ctx, tx, c, d, repo.Transfer{Years: years, Fee: fee}); err != nil {
			return err
		}
		var fx effects
		fx.charge(registrar, fee)
		if tld.InstantTransfer {
			if err := s.completeTransfer(ctx, tx, d, ending{epp.TransferServerApproved, c.now, &fx}); err != nil {
				return err
			}
		}
		return fx.book(ctx, tx)
	})
}

// Approve approves the transfer that waits for a domain, for its sponsor; 2301 when none does.
func (s *Server) Approve(ctx context.Context, namespace, name string) error {
	return s.decide(ctx, namespace, name, epp.TransferClientApproved)
}

// Reject rejects the transfer that waits for a domain, for its sponsor.
func (s *Server) Reject(ctx context.Context, namespace, name string) error {
	return s.decide(ctx, namespace, name, epp.TransferClientRejected)
}

// Cancel takes the request for a transfer back, for who asked for it.
func (s *Server) Cancel(ctx context.Context, namespace, name string) error {
	return s.decide(ctx, namespace, name, epp.TransferClientCancelled)
}

func (s *Server) decide(ctx context.Context, namespace, name, state string) error {
	return s.change(ctx, namespace, name, func(ctx context.Context, tx repo.Tx, d *repo.Domain) error {
		if !d.Transfer.Waits() {
			return refuse(epp.CodeNotPendingTransfer, ofDomain("name", name), "no transfer is pending")
		}
		var fx effects
		if err := s.endTransfer(ctx, tx, d, ending{state, s.cfg.Clocks.Registrar(), &fx}); err != nil {
			return err
		}
		return fx.book(ctx, tx)
	})
}

// Give makes a domain of a registrar ready to be transferred away and gives its new authInfo. A name that is free is
// registered for it, as if it had been a year ago; of one that it sponsors, transfer locks are taken off.
func (s *Server) Give(ctx context.Context, namespace, name, registrar string) (authInfo string, err error) {
	c, err := s.as(ctx, namespace, registrar)
	if err != nil {
		return "", err
	}
	n, err := domainName(name)
	if err != nil {
		return "", err
	}
	if _, ok := s.tldOf(n); !ok {
		return "", refuse(epp.CodePolicy, ofDomain("name", name), "not a name below a TLD of this registry")
	}
	auth := epp.NewSecureAuth()
	err = s.inTx(ctx, func(ctx context.Context, tx repo.Tx) error {
		d, err := s.lockDomain(ctx, tx, namespace, string(n))
		fresh := CodeOf(err) == epp.CodeNotExist
		if fresh {
			year := clock.AddYears(c.now, 1)
			d = repo.Domain{Namespace: namespace, Name: string(n), Sponsor: registrar, Creator: registrar,
				Created: clock.AddYears(c.now, -1), Expires: year}
		} else if err != nil {
			return err
		} else if err := errors.Join(sponsored(c, d.Sponsor), idle(&d)); err != nil {
			return err
		}
		if d.AuthInfo, err = s.newAuth(&epp.Password{Text: auth}, domainAAD(&d), false); err != nil {
			return err
		}
		d.AuthSet = c.now
		d.Statuses = slices.DeleteFunc(d.Statuses, func(st string) bool { return strings.HasSuffix(st, "TransferProhibited") })
		if fresh {
			return tx.InsertDomain(ctx, &d)
		}
		return tx.SaveDomain(ctx, &d)
	})
	return auth, err
}

// SetStatuses adds and removes server… statuses of a domain (RFC 5731 §2.3) and tells its sponsor (RFC 8590); reason may be
// empty. Adding what is there and removing what is not changes nothing.
func (s *Server) SetStatuses(ctx context.Context, namespace, name string, in StatusChange) error {
	for _, st := range slices.Concat(in.Add, in.Remove) {
		if !slices.Contains(serverStatuses, st) {
			return fmt.Errorf("embedded registry: not a status of the server: %q", st)
		}
	}
	now := s.cfg.Clocks.Registrar()
	return s.change(ctx, namespace, name, func(ctx context.Context, tx repo.Tx, d *repo.Domain) error {
		next := slices.DeleteFunc(slices.Clone(d.Statuses), func(st string) bool { return slices.Contains(in.Remove, st) })
		next = slices.Compact(slices.Sorted(slices.Values(append(next, in.Add...))))
		if slices.Equal(next, d.Statuses) {
			return nil
		}
		d.Statuses, d.Updated, d.Updater = next, now, d.Sponsor
		if err := tx.SaveDomain(ctx, d); err != nil {
			return err
		}
		return tx.InsertMessage(ctx, &repo.Message{Registrar: d.Sponsor, Queued: now, Text: "Statuses of " + name + " changed by the registry",
			Change: &repo.ChangeNote{Name: name, Op: "update", Date: now, SvTRID: s.svTRID(), Who: s.cfg.ID, Reason: in.Reason}})
	})
}

// StatusChange is what SetStatuses adds and removes, and why.
type StatusChange struct {
	Add, Remove []string
	Reason      string // up to 32 characters are told
}

// serverStatuses are what the registry may set on a domain.
var serverStatuses = []string{epp.StatusServerDeleteProhibited, epp.StatusServerHold, epp.StatusServerRenewProhibited,
	epp.StatusServerTransferProhibited, epp.StatusServerUpdateProhibited}

// SetBalance sets a registrar's balance in minor units; nil means that it is not charged. Whether a registrar is charged is
// read at its log-in.
func (s *Server) SetBalance(ctx context.Context, registrar string, balance *int64) error {
	return s.inTx(ctx, func(ctx context.Context, tx repo.Tx) error { return tx.SetBalance(ctx, registrar, balance) })
}

// Balance is a registrar's balance in minor units, nil when it is not charged.
func (s *Server) Balance(ctx context.Context, registrar string) (*int64, error) {
	who, err := s.cfg.Store.Registrar(ctx, registrar)
	return who.Balance, err
}
