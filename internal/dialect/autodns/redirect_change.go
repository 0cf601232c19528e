package autodns

import (
	"context"
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// editRedirect replaces the redirect of a source in its zone while nobody else changes it: there says whether it must be there
// already, and with is what comes in its place.
func (t *task) editRedirect(ctx context.Context, there bool, with func(redirect) (redirect, error)) (result, error) {
	r, z, err := t.sourceZone(ctx)
	if err != nil {
		return result{}, noRedirect(err, there)
	}
	_, err = do(ctx, t, command.SetForwards{Origin: string(z.Origin), Edit: func(have []zone.Forward) ([]zone.Forward, error) {
		was, found := r, false
		for _, x := range redirectsOf(z.Origin, have) {
			if x.source == r.source {
				was, found = x, true
			}
		}
		switch {
		case found && !there:
			return nil, errs.F(errs.Exists, "source", "")
		case !found && there:
			return nil, errs.F(errs.NotFound, "source", "")
		}
		kept := slices.DeleteFunc(slices.Clone(have), func(f zone.Forward) bool { return redirectOf(z.Origin, f).source == r.source })
		if with == nil {
			return kept, nil
		}
		next, err := with(was)
		return append(kept, next.forwards(z.Origin)...), err
	}})
	return t.done('S'), forwardProblem(noRedirect(err, there))
}

// noRedirect has a redirect in no zone be one that is not there, where there must be one.
func noRedirect(err error, there bool) error {
	if there && missing(err) {
		return errs.F(errs.NotFound, "source", "")
	}
	return err
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
