package autodns

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
)

// zoneDelete is task 0203.
func zoneDelete(ctx context.Context, t *task) (result, error) {
	v, err := t.theZone(ctx)
	if err != nil {
		return result{}, err
	}
	_, err = do(ctx, t, command.DeleteZone{Origin: string(v.Origin)})
	return t.done('S'), err
}
