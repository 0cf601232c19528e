package store

import (
	"cmp"
	"context"
	"slices"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/store/db"
)

// Marks are the highest numbers so far (command.TimelineTx).
func (t *tx) Marks(ctx context.Context) (m command.Marks, err error) {
	for _, s := range sources(&m) {
		if err := t.q.QueryRow(ctx, `SELECT COALESCE(MAX(id), 0) FROM `+s.table).Scan(s.mark); err != nil {
			return m, err
		}
	}
	return m, nil
}

// source is one of the things that make up the event log. text selects what command.Event holds, behind a number.
type source struct {
	name, table, text string
	mark              *int64
}

// sources are in the order in which events of one moment are told.
func sources(m *command.Marks) []source {
	return []source{
		{"history", "history", `SELECT happened, id, account_id, what, object_name, order_no, 0, '' FROM history`, &m.History},
		{"ledger", "entry", `SELECT created, id,
			COALESCE((SELECT p.account_id FROM posting p WHERE p.entry_id = entry.id AND p.side = 'customer'), 0), reason,
			COALESCE((SELECT o.object_name FROM reg_order o WHERE o.number = entry.order_no), ''), order_no,
			COALESCE((SELECT p.amount FROM posting p WHERE p.entry_id = entry.id AND p.side = 'customer'), 0),
			COALESCE((SELECT p.currency FROM posting p WHERE p.entry_id = entry.id AND p.side = 'customer'), '') FROM entry`, &m.Entry},
		{"mail", "mail", `SELECT created, id, account_id, kind, object_name, 0, 0, '' FROM mail`, &m.Mail},
		{"notice", "notice", `SELECT created, id, account_id, kind, object_name, order_no, 0, '' FROM notice`, &m.Notice},
	}
}

// Timeline gives what came after marks (command.TimelineTx). Numbers of a source need not be in the order of their times:
// so that no mark leaves a line behind, a page takes each source's lines in the order of their numbers, and sorts them by
// time when it is full.
func (t *tx) Timeline(ctx context.Context, after command.Marks, limit int) ([]command.Event, command.Marks, error) {
	if limit <= 0 || limit > command.MaxPage {
		limit = command.MaxPage
	}
	marks := after
	all := sources(&marks)
	heads := make([][]command.Event, len(all))
	for i, s := range all {
		var err error
		if heads[i], err = t.events(ctx, s, limit); err != nil {
			return nil, after, err
		}
	}
	var out []command.Event
	for len(out) < limit {
		next := -1
		for i, h := range heads {
			if len(h) > 0 && (next < 0 || earlier(h[0], heads[next][0]) < 0) {
				next = i
			}
		}
		if next < 0 {
			break
		}
		e := heads[next][0]
		heads[next] = heads[next][1:]
		*all[next].mark = e.Seq
		out = append(out, e)
	}
	slices.SortFunc(out, earlier)
	return out, marks, nil
}

func earlier(a, b command.Event) int {
	return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Seq, b.Seq))
}

// events reads a source's lines after its mark.
func (t *tx) events(ctx context.Context, s source, limit int) ([]command.Event, error) {
	rows, err := t.q.Query(ctx, s.text+` WHERE id > $1 ORDER BY id LIMIT $2`, *s.mark, limit)
	return db.Collect(rows, err, func(r db.Rows) (command.Event, error) {
		e := command.Event{Source: s.name}
		var at int64
		err := r.Scan(&at, &e.Seq, &e.Account, &e.Kind, &e.Object, &e.Order, &e.Amount.Minor, &e.Amount.Currency)
		e.At = db.Time(at)
		return e, err
	})
}
