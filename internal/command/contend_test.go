package command_test

import (
	"errors"
	"testing"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

func TestContend(t *testing.T) {
	conflict, other := errs.F(errs.Conflict, "serial", "the serial is 2"), errors.New("the disk is full")
	is := func(want error) func(error) bool { return func(err error) bool { return errors.Is(err, want) } }
	for name, c := range map[string]struct {
		overtaken func(error) bool
		errs      []error // what the tries end with, the last one for good
		want      error
		tries     int
	}{
		"at once":             {nil, []error{nil}, nil, 1},
		"overtaken twice":     {nil, []error{conflict, conflict, nil}, nil, 3},
		"overtaken for good":  {nil, []error{conflict}, conflict, 8},
		"another error":       {nil, []error{conflict, other}, other, 2},
		"as the caller tells": {is(other), []error{other, other, nil}, nil, 3},
		"not as it tells":     {is(other), []error{conflict}, conflict, 1},
	} {
		tries := 0
		err := command.Contend(c.overtaken, func() error {
			tries++
			return c.errs[min(tries, len(c.errs))-1]
		})
		if !errors.Is(err, c.want) || tries != c.tries {
			t.Errorf("%s: %v after %d tries, not %v after %d", name, err, tries, c.want, c.tries)
		}
	}
}
