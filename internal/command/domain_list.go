package command

import (
	"context"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/domain"
)

// ListDomains lists the caller's domains; Children adds those of its descendants. Fields: see Tx.ListDomains.
type ListDomains struct {
	Query
	Children bool
}

// DomainPage is a page of domains.
type DomainPage struct {
	Domains []domain.Domain
	Page
}

func (ListDomains) need() account.Access { return account.Read }

func (cmd ListDomains) run(ctx context.Context, r *Runner, c Caller) (DomainPage, error) {
	view := r.cfg.Store.View()
	accs, err := scope(ctx, view, c, cmd.Children)
	if err != nil {
		return DomainPage{}, err
	}
	ds, page, err := view.ListDomains(ctx, accs, cmd.Query.bounded())
	return DomainPage{ds, page}, err
}

// scope is the caller's account, or it and all its descendants.
func scope(ctx context.Context, tx Tx, c Caller, children bool) ([]account.ID, error) {
	if !children {
		return []account.ID{c.Account.ID}, nil
	}
	return tx.Tree(ctx, c.Account.ID)
}

// bounded brings a limit into range: negative means as many as one page holds.
func (q Query) bounded() Query {
	if q.Limit < 0 || q.Limit > MaxPage {
		q.Limit = MaxPage
	}
	if q.Offset < 0 {
		q.Offset = 0
	}
	return q
}
