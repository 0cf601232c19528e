package store

import "context"

// Meta reads a single value (command.MetaTx).
func (t *tx) Meta(ctx context.Context, key string) (string, error) {
	var value string
	err := t.q.QueryRow(ctx, `SELECT value FROM meta WHERE name = $1`, key).Scan(&value)
	return value, absent(err, "value "+key)
}

// PutMeta writes a single value (command.MetaTx).
func (t *tx) PutMeta(ctx context.Context, key, value string) error {
	_, err := t.exec(ctx, `INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
		key, value)
	return err
}
