package command

import "github.com/polyreg/polyreg/internal/errs"

// contendTries bounds Contend.
const contendTries = 8

// Contend does a change that is worked out from the present state, and does it anew while it fails because somebody else's came in
// between: with Conflict, or as overtaken tells when it is set. After eight times the error stays.
func Contend(overtaken func(error) bool, do func() error) error {
	if overtaken == nil {
		overtaken = func(err error) bool { return errs.Is(err, errs.Conflict) }
	}
	for try := 1; ; try++ {
		if err := do(); try == contendTries || !overtaken(err) {
			return err
		}
	}
}
