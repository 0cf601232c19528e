package domainrobot

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

// zoneStream is POST /zone/{name}/_stream (0202002): records out and in, at once. The name is a zone's or any inside one: lego sends the
// name of the record (domainrobot-json.md §8.5, §11).
func zoneStream(ctx context.Context, d *Dialect, q *request) (answer, error) {
	return retryChange(func() (answer, error) {
		found, err := command.Do(ctx, d.run, q.caller, command.FindZone{Name: q.arg("name")})
		if errs.Is(err, errs.NotFound) {
			return answer{}, errs.F(errs.NotFound, "zone", "").On("zone", q.arg("name"))
		}
		if err != nil {
			return answer{}, err
		}
		v, err := d.zoneOf(ctx, q, string(found.Origin), "")
		if err != nil {
			return answer{}, err
		}
		z := newZoneReader(q, v.Origin, virtualNS(v.Zone))
		e := newZoneEdit(z, v)
		z.readRecords("rems", 0)
		e.remove()
		z.readRecords("adds", 0)
		if q.on("autofix") {
			e.clear()
		}
		e.take()
		if err := z.Err(); err != nil {
			return answer{}, err
		}
		return d.applyEdit(ctx, q, v, e)
	})
}

// applyEdit carries a change of records out.
func (d *Dialect) applyEdit(ctx context.Context, q *request, v zoneView, e *zoneEdit) (answer, error) {
	change, places := e.change()
	_, err := command.Do(ctx, d.run, q.caller, command.ChangeZone{Origin: string(v.Origin), Change: change})
	if err != nil {
		return answer{}, e.z.located(meanwhile(err), places)
	}
	return d.changedZone(ctx, q, v)
}

// meanwhile is a conflict where a record that is to go was there when the change was worked out and is no more.
func meanwhile(err error) error {
	if errs.Is(err, errs.NotFound) && fieldHead(errs.As(err).Field) == "remove" {
		return errs.F(errs.Conflict, "zone", "the zone has been changed meanwhile").Wrap(err)
	}
	return err
}
