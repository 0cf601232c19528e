package store

import (
	"context"
	"strings"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/notify"
	"github.com/polyreg/polyreg/internal/store/db"
)

// AddNotice queues a notice (command.NoticeTx).
func (t *tx) AddNotice(ctx context.Context, n *notify.Notice) error {
	n.Created, n.Wall = t.registrar, t.wall
	return t.queue(ctx, func(r db.Row) error { return r.Scan(&n.ID) }, `INSERT INTO notice (account_id, kind, channel, order_no, object_kind, object_name, text, data, created,
		wall, acked) VALUES (`+places(1, 11)+`) RETURNING id`, n.Account, n.Kind, n.Channel, n.Order, n.ObjectKind, n.ObjectName,
		n.Text, packMap(n.Data), db.Micros(t.registrar), db.Micros(t.wall), false)
}

func scanNotice(r db.Rows) (notify.Notice, error) {
	var n notify.Notice
	var data string
	var created, wall int64
	err := r.Scan(&n.ID, &n.Account, &n.Kind, &n.Channel, &n.Order, &n.ObjectKind, &n.ObjectName, &n.Text, &data, &created, &wall)
	if err != nil {
		return n, err
	}
	n.Created, n.Wall = db.Time(created), db.Time(wall)
	return n, unpack(data, &n.Data, "notice")
}

// OpenNotices gives the head and the length of a channel's queue (command.NoticeTx).
func (t *tx) OpenNotices(ctx context.Context, acc account.ID, channel string, kinds []notify.Kind, limit int) ([]notify.Notice, int, error) {
	var b builder
	a, c := b.arg(acc), b.arg(channel)
	where := `WHERE account_id = ` + a + ` AND NOT acked AND (channel = '' OR channel = ` + c + `) AND NOT EXISTS (
		SELECT 1 FROM notice_ack k WHERE k.notice_id = notice.id AND k.channel = ` + c + `)`
	if len(kinds) > 0 {
		list := make([]string, len(kinds))
		for i, k := range kinds {
			list[i] = b.arg(k)
		}
		where += ` AND kind IN (` + strings.Join(list, ", ") + `)`
	}
	var total int
	if err := t.q.QueryRow(ctx, `SELECT COUNT(*) FROM notice `+where, b.args...).Scan(&total); err != nil || total == 0 || limit <= 0 {
		return nil, total, err
	}
	rows, err := t.q.Query(ctx, `SELECT id, account_id, kind, channel, order_no, object_kind, object_name, text, data, created, wall
		FROM notice `+where+` ORDER BY id LIMIT `+b.arg(limit), b.args...)
	found, err := db.Collect(rows, err, scanNotice)
	return found, total, err
}

// AckNotice marks a notice as read in a channel (command.NoticeTx).
func (t *tx) AckNotice(ctx context.Context, acc account.ID, channel string, id notify.ID) (known bool, err error) {
	var only string
	err = t.q.QueryRow(ctx, `SELECT channel FROM notice WHERE id = $1 AND account_id = $2 AND (channel = '' OR channel = $3)`,
		id, acc, channel).Scan(&only)
	if err != nil {
		return false, absent(err, "notice")
	}
	var n int64
	if only != "" {
		n, err = t.exec(ctx, `UPDATE notice SET acked = $1 WHERE id = $2 AND NOT acked`, true, id)
	} else {
		n, err = t.exec(ctx, `INSERT INTO notice_ack (notice_id, channel) VALUES ($1, $2) ON CONFLICT (notice_id, channel) DO NOTHING`,
			id, channel)
	}
	return err == nil && n == 0, err
}
