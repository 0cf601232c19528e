package autodns

import (
	"context"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/zone"
)

// redirectDelete is task 0503.
func redirectDelete(ctx context.Context, t *task) (result, error) {
	return t.editRedirect(ctx, true, func(string, dname.Name, zone.Zone) ([]zone.Forward, error) { return nil, nil })
}
