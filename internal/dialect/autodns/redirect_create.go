package autodns

import (
	"context"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/zone"
)

// redirectCreate is task 0501 (autodns-xml.md §14.1).
func redirectCreate(ctx context.Context, t *task) (result, error) {
	return t.editRedirect(ctx, false, t.newForwards)
}

// newForwards are those that the task describes.
func (t *task) newForwards(source string, host dname.Name, z zone.Zone) ([]zone.Forward, error) {
	r, err := t.readRedirect(source, host)
	if err != nil {
		return nil, err
	}
	return r.forwards(z.Origin), nil
}
