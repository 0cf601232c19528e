package wapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// ping does nothing: getting here is the answer (wapi.md §7.1).
func ping(context.Context, *call) (jsonx.Obj, error) { return nil, nil }
