package store

import (
	"context"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
)

// AddZoneText keeps a zone's text as it was given (command.ZoneTx). An origin exists once on the platform.
func (t *tx) AddZoneText(ctx context.Context, env account.Environment, acc account.ID, z command.PlantZone) (bool, error) {
	n, err := t.exec(ctx, `INSERT INTO zone_text (origin, environment, account_id, virtual_ns, text) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (origin) DO NOTHING`, z.Origin, env, acc, z.VirtualNameServer, z.Text)
	return n > 0, err
}
