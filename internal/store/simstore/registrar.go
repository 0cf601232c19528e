package simstore

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/store/db"
)

// Registrar reads a registrar (repo.Reader).
func (r reader) Registrar(ctx context.Context, id string) (repo.Registrar, error) {
	var (
		g       repo.Registrar
		created int64
	)
	err := r.q.QueryRow(ctx, "SELECT id, namespace, password_hash, created, balance FROM sim_registrar WHERE id = $1", id).
		Scan(&g.ID, &g.Namespace, &g.PasswordHash, &created, &g.Balance)
	g.Created = db.Time(created)
	return g, absent(err)
}

// SetPassword stores a registrar's new password hash (repo.Tx).
func (t *tx) SetPassword(ctx context.Context, registrar, hash string) error {
	n, err := t.q.Exec(ctx, "UPDATE sim_registrar SET password_hash = $1 WHERE id = $2", hash, registrar)
	return one(n, err)
}

// FirstMessage reads the oldest message and counts the waiting ones (repo.Reader).
func (r reader) FirstMessage(ctx context.Context, registrar string) (repo.Message, int, error) {
	var (
		m         repo.Message
		queued    int64
		pan, data string
		count     int64
	)
	err := r.q.QueryRow(ctx, `SELECT id, registrar, queued, text, pan_data, data,
		(SELECT COUNT(*) FROM sim_message c WHERE c.registrar = m.registrar)
		FROM sim_message m WHERE registrar = $1 ORDER BY id LIMIT 1`, registrar).
		Scan(&m.ID, &m.Registrar, &queued, &m.Text, &pan, &data, &count)
	if err != nil {
		return repo.Message{}, 0, absent(err)
	}
	m.Queued = db.Time(queued)
	if pan != "" {
		m.PanData = new(repo.PanData)
		if err := json.Unmarshal([]byte(pan), m.PanData); err != nil {
			return repo.Message{}, 0, fmt.Errorf("stored message %d: %w", m.ID, err)
		}
	}
	if data != "" {
		var j noteJSON
		if err := json.Unmarshal([]byte(data), &j); err != nil {
			return repo.Message{}, 0, fmt.Errorf("stored message %d: %w", m.ID, err)
		}
		m.Transfer, m.Change = j.Transfer, j.Change
	}
	return m, int(count), nil
}

// noteJSON is the stored form of what a message tells beside its text.
type noteJSON struct {
	Transfer *repo.TransferNote `json:",omitempty"`
	Change   *repo.ChangeNote   `json:",omitempty"`
}

// InsertMessage queues a message (repo.Tx).
func (t *tx) InsertMessage(ctx context.Context, m *repo.Message) error {
	pan, data := "", ""
	if m.PanData != nil {
		b, err := json.Marshal(m.PanData)
		if err != nil {
			return err
		}
		pan = string(b)
	}
	if m.Transfer != nil || m.Change != nil {
		b, err := json.Marshal(noteJSON{m.Transfer, m.Change})
		if err != nil {
			return err
		}
		data = string(b)
	}
	return t.q.QueryRow(ctx, "INSERT INTO sim_message (registrar, queued, text, pan_data, data) VALUES ($1, $2, $3, $4, $5) RETURNING id",
		m.Registrar, db.Micros(m.Queued), m.Text, pan, data).Scan(&m.ID)
}

// DeleteMessage removes a message (repo.Tx).
func (t *tx) DeleteMessage(ctx context.Context, registrar string, id int64) error {
	n, err := t.q.Exec(ctx, "DELETE FROM sim_message WHERE registrar = $1 AND id = $2", registrar, id)
	return one(n, err)
}
