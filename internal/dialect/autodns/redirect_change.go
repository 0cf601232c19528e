package autodns

import (
	"context"
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// editRedirect replaces the redirect of a source in its zone: there says whether it must be there already, and with is what comes in its
// place. The answer tells whether all of it could be.
func (t *task) editRedirect(ctx context.Context, there bool, with func(source string, host dname.Name, z zone.Zone) ([]zone.Forward, error)) (result, error) {
	source, host, z, err := t.sourceZone(ctx)
	if err != nil {
		return result{}, err
	}
	fresh, err := with(source, host, z)
	if err != nil {
		return result{}, err
	}
	_, err = do(ctx, t, command.SetForwards{Origin: string(z.Origin), Edit: func(have []zone.Forward) ([]zone.Forward, error) {
		kept := slices.DeleteFunc(slices.Clone(have), func(f zone.Forward) bool { return redirectOf(z.Origin, f).source == source })
		switch was := len(kept) < len(have); {
		case was && !there:
			return nil, errs.F(errs.Exists, "source", "")
		case !was && there:
			return nil, errs.F(errs.NotFound, "source", "")
		}
		return append(kept, fresh...), nil
	}})
	return t.done('S'), forwardProblem(err)
}

// forwardProblem has the core's problems with a forward name the elements of the task.
func forwardProblem(err error) error {
	if err == nil || !strings.HasPrefix(errs.As(err).Field, "forwards[") {
		return err
	}
	var l errs.List
	for _, p := range errs.As(err).All() {
		one := *p
		one.More = nil
		if i := strings.LastIndexByte(one.Field, '.'); i >= 0 {
			one.Field = one.Field[i+1:]
		}
		if one.Field == "status" || one.Field == "kind" {
			one.Field = "mode"
		}
		l.Add(&one)
	}
	return l.Err()
}
