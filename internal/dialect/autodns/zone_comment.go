package autodns

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

// zoneComment is task 0202004. One client has the comment in the template (autodns-xml.md §13.4).
func zoneComment(ctx context.Context, t *task) (result, error) {
	v, err := t.theZone(ctx)
	if err != nil {
		return result{}, err
	}
	if t.object.Child("comment") == nil {
		return result{}, bad(errs.Missing, "request.task.zone.comment", "", "is required")
	}
	comment := t.object.ChildTrim("comment")
	_, err = do(ctx, t, command.UpdateZone{Origin: string(v.Origin), Comment: &comment})
	return t.done('S'), err
}
