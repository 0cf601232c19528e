package epp

import (
	"context"
	"errors"

	"github.com/polyreg/polyreg/internal/registry"
	wire "github.com/polyreg/polyreg/internal/wire/epp"
)

// Raw sends a frame as it is on a session of the pool and gives the answer as it came, for operators. A frame that is not
// well-formed XML or no EPP command is refused here with 2001; whether the schema allows what is in it is the registry's
// business. Answers of earlier checks are forgotten, for the frame may have changed anything.
func (c *Client) Raw(ctx context.Context, frame []byte) ([]byte, error) {
	cmd, err := wire.DecodeCommand(frame)
	var e *wire.Error
	if errors.As(err, &e) && e.Code == wire.CodeSyntax && e.Element == (wire.Name{}) {
		return nil, registry.Refused(e.Code, e.Reason)
	}
	clTRID := ""
	if cmd != nil {
		clTRID = cmd.ClTRID
	} else if e != nil {
		clTRID = e.ClTRID
	}
	c.checks.forgetAll()
	defer c.checks.forgetAll()
	var answer []byte
	err = c.onSession(ctx, func(ctx context.Context, s *session) (keep, sent bool, err error) {
		if answer, sent, err = s.exchange(ctx, frame, clTRID); err != nil {
			return false, sent, err
		}
		c.stats.commands.Add(1)
		if res, err := wire.DecodeResponse(answer); err == nil {
			return keeps(res), true, nil
		}
		_, err = wire.DecodeGreeting(answer)
		return err == nil, true, nil
	})
	return answer, err
}
