package autodns

import (
	"context"
	"slices"
	"strconv"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/notify"
)

// pollConfirm is task 0906. The summary is the number of messages left, which a client reads without looking (autodns-xml.md §16,
// §21).
func pollConfirm(ctx context.Context, t *task) (result, error) {
	id, err := t.identifier()
	if err != nil {
		return result{}, err
	}
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || n <= 0 {
		return t.noMessage(id)
	}
	if t.c.DryRun {
		err = t.waits(ctx, notify.ID(n))
	} else {
		_, err = do(ctx, t, command.AckNotice{ID: notify.ID(n), Kinds: pollKinds})
	}
	if missing(err) {
		return t.noMessage(id)
	}
	if err != nil {
		return result{}, err
	}
	left, err := do(ctx, t, command.NextNotices{Limit: 1, Kinds: pollKinds})
	r := t.done('S')
	r.data = []el{leaf("summary", strconv.Itoa(left.Total)), block("message", leaf("id", id))}
	return r, err
}

func (t *task) noMessage(id string) (result, error) {
	t.ownStatus = true
	return result{}, bad(errs.NotFound, "request.task.message.id", id, "there is no such message")
}

// waits looks for a waiting message without changing anything.
func (t *task) waits(ctx context.Context, id notify.ID) error {
	w, err := do(ctx, t, command.NextNotices{Limit: command.MaxPage, Kinds: pollKinds})
	if err == nil && !slices.ContainsFunc(w.Notices, func(n notify.Notice) bool { return n.ID == id }) {
		err = errs.E(errs.NotFound, "there is no such message")
	}
	return err
}
