package dmapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
)

// nsDelete is ns-delete, also named host-delete (§7.5).
func nsDelete(ctx context.Context, rq *request) (*reply, error) {
	text, err := rq.hostName()
	if err != nil {
		return nil, err
	}
	out, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.DeleteHost{Name: text})
	if err != nil {
		return nil, err
	}
	return accepted(out), nil
}
