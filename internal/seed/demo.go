package seed

import (
	_ "embed"
	"slices"
)

//go:embed demo.yaml
var demoText []byte

// Demo is the seed of a sandbox that was given none.
func Demo() []byte { return slices.Clone(demoText) }
