package dmapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
)

// nsCreate is ns-create, also named host-create (§7.5). One address is enough, of whichever kind.
func nsCreate(ctx context.Context, rq *request) (*reply, error) {
	text, nameErr := rq.hostName()
	v4, v4Err := rq.address("ip")
	v6, v6Err := rq.address("ipv6")
	cmd := command.CreateHost{Name: text}
	if v4.IsValid() {
		cmd.Addresses = append(cmd.Addresses, v4)
	}
	if v6.IsValid() {
		cmd.Addresses = append(cmd.Addresses, v6)
	}
	if len(cmd.Addresses) == 0 && v4Err == nil && v6Err == nil {
		v4Err = missing("ip")
	}
	if err := join(nameErr, v4Err, v6Err); err != nil {
		return nil, err
	}
	out, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, cmd)
	if err != nil {
		return nil, err
	}
	return accepted(out), nil
}
