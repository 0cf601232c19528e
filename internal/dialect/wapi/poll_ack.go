package wapi

import (
	"context"
	"strconv"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/notify"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// pollAck takes the oldest notification out of the queue; success is 1002 (wapi.md §7.1).
func pollAck(ctx context.Context, c *call) (jsonx.Obj, error) {
	word := c.text("id")
	if word == "" {
		return nil, paramMissing
	}
	id, err := strconv.ParseInt(word, 10, 64)
	if err != nil || id < 1 {
		return nil, noNotice
	}
	if c.test {
		w, err := do(ctx, c, command.NextNotices{Limit: 1, Kinds: noticeKinds})
		switch {
		case err != nil:
			return nil, err
		case len(w.Notices) == 0 || int64(w.Notices[0].ID) != id:
			return nil, noNotice
		}
		return nil, acknowledged
	}
	_, err = do(ctx, c, command.AckNotice{ID: notify.ID(id), Oldest: true, Kinds: noticeKinds})
	switch {
	case errs.Is(err, errs.NotFound):
		return nil, noNotice
	case err != nil:
		return nil, err
	}
	return nil, acknowledged
}
