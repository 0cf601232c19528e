package store

import (
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/store/db"
)

// AddRegistryMessage stores a registry message's id (command.RegistryTx). A second node waits for the first one's
// transaction and then sees that the message is taken.
func (t *tx) AddRegistryMessage(ctx context.Context, registry, id string, at time.Time) (bool, error) {
	n, err := t.exec(ctx, `INSERT INTO registry_message (registry, id, received) VALUES ($1, $2, $3)
		ON CONFLICT (registry, id) DO NOTHING`, registry, id, db.Micros(at))
	return n == 1, err
}
