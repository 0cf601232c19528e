package command

import (
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/zone"
)

// ZoneKeyTx keeps the keys of signed zones and the records that signing adds.
type ZoneKeyTx interface {
	// ZoneKeys gives a zone's keys by number, the removed ones included.
	ZoneKeys(ctx context.Context, id zone.ID) ([]zone.Key, error)
	// AddZoneKey sets ID; PutZoneKey writes state and times.
	AddZoneKey(ctx context.Context, k *zone.Key) error
	PutZoneKey(ctx context.Context, k zone.Key) error
	// ExtraRecords gives the records that signing has added, by name, type and number; ApplyChange writes them.
	ExtraRecords(ctx context.Context, id zone.ID) ([]zone.Record, error)
	// NoteSigned keeps the wall time at which a zone's signatures must be made anew, the zero time for never.
	NoteSigned(ctx context.Context, id zone.ID, origin dname.Name, resign time.Time) error
	// ResignBefore gives zones whose signatures must be made anew by a wall time, the most urgent first.
	ResignBefore(ctx context.Context, wall time.Time, limit int) ([]dname.Name, error)
}
