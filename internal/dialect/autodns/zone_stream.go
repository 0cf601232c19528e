package autodns

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/internetx"
	"github.com/polyreg/polyreg/internal/zone"
)

// zoneStream is task 0202002: records are added and removed, strictly. The name may be one within a zone (autodns-xml.md §13.4).
func zoneStream(ctx context.Context, t *task) (result, error) {
	if err := t.within(ctx); err != nil {
		return result{}, err
	}
	err := t.editing(ctx, t.stream)
	return t.done('S'), err
}

// within has the task mean the zone that its name lies in.
func (t *task) within(ctx context.Context) error {
	name, err := t.identifier()
	if err != nil {
		return err
	}
	z, err := do(ctx, t, command.FindZone{Name: name})
	switch {
	case missing(err):
		return errs.F(errs.NotFound, "zone", "").On("zone", name)
	case err != nil:
		return err
	}
	t.called = string(z.Origin)
	return nil
}

func (t *task) stream(v zoneView) (command.UpdateZone, error) {
	var l errs.List
	e := v.edit(zoneReader{v.Origin, &l})
	for _, a := range e.records(t.object, "rr_rem") {
		if e.remove(a) == 0 {
			l.Add(t.recordProblem(errs.NotFound, a))
		}
	}
	for _, a := range append(e.records(t.object, "rr_add"), e.free(t.object, v.TTL)...) {
		if !e.add(a) {
			l.Add(t.recordProblem(errs.Exists, a))
		}
	}
	var change zone.Change
	change, t.asked = e.change()
	return command.UpdateZone{Records: &command.ChangeZone{Change: change}}, l.Err()
}

// recordProblem is an error about a record that a task names.
func (t *task) recordProblem(kind errs.Kind, a askedRecord) *errs.Error {
	return errs.F(kind, recordField+internetx.RecordObject(string(t.zone.Origin), systemNS(t.zone.Zone), a.index), "").On("record", clip(a.shown))
}

// recordField marks a field that names a record of a zone.
const recordField = "#"
