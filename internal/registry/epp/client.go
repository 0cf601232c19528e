package epp

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/registry"
	wire "github.com/polyreg/polyreg/internal/wire/epp"
)

// Client is one registrar's access to one registry. It is safe for concurrent use.
type Client struct {
	cfg    Config
	pool   *pool
	rate   *bucket
	quiet  gate // commands that nobody answers
	checks *checks
	sets   sets
	stats  counters
}

var _ registry.Registry = (*Client)(nil)

// New makes a client. It connects when the first command comes; an error means that the configuration is incomplete.
func New(cfg Config) (*Client, error) {
	if err := cfg.defaults(); err != nil {
		return nil, err
	}
	c := &Client{cfg: cfg, rate: newBucket(cfg.Rate), quiet: gate{after: quietFailures}}
	c.pool = newPool(&c.cfg, c.rate, &c.stats)
	c.checks = newChecks(c)
	return c, nil
}

// Name is the configured name.
func (c *Client) Name() string { return c.cfg.Name }

// Close logs out and closes all sessions. It waits for commands that are under way, at most the command time-out.
func (c *Client) Close() error {
	c.pool.close()
	return nil
}

// Ping says hello on a session and waits for the greeting.
func (c *Client) Ping(ctx context.Context) error {
	return c.onSession(ctx, func(ctx context.Context, s *session) (bool, bool, error) {
		sent, err := s.hello(ctx)
		return err == nil, sent, err
	})
}

// do sends a command and gives the answer when it is a success. Everything else is a *registry.Error.
func (c *Client) do(ctx context.Context, cmd *wire.Command) (*wire.Response, error) {
	if _, err := encode(cmd); err != nil {
		return nil, err
	}
	if n := touches(cmd); n != "" {
		c.checks.forget(n)
		defer c.checks.forget(n)
	}
	var res *wire.Response
	var bad error
	err := c.onSession(ctx, func(ctx context.Context, s *session) (keep, sent bool, err error) {
		var frame []byte
		if frame, bad = s.fit(cmd); bad != nil {
			return true, false, nil
		}
		res, sent, err = c.transact(ctx, s, frame, cmd.ClTRID)
		return err == nil && keeps(res), sent, err
	})
	switch {
	case err != nil:
		return nil, err
	case bad != nil:
		return nil, bad
	}
	return res, c.judge(res)
}

// encode writes a command; what the schema does not allow is refused as the registry would.
func encode(cmd *wire.Command) ([]byte, error) {
	frame, err := wire.EncodeCommand(cmd)
	if err != nil {
		var e *wire.Error
		if errors.As(err, &e) {
			return nil, registry.Refused(e.Code, e.Element.Local+": "+e.Reason)
		}
		return nil, registry.NotSent("command cannot be written", err)
	}
	return frame, nil
}

// touches is the domain whose availability a command changes.
func touches(cmd *wire.Command) dname.Name {
	switch {
	case cmd.CreateDomain != nil:
		return name(cmd.CreateDomain.Name)
	case cmd.DeleteDomain != nil:
		return name(cmd.DeleteDomain.Name)
	case cmd.TransferDomain != nil && cmd.TransferOp != wire.TransferQuery:
		return name(cmd.TransferDomain.Name)
	}
	return ""
}

// transact is the session's, counted.
func (c *Client) transact(ctx context.Context, s *session, frame []byte, clTRID string) (*wire.Response, bool, error) {
	res, sent, err := s.transact(ctx, frame, clTRID)
	if sent {
		c.stats.commands.Add(1)
	}
	return res, sent, err
}

// keeps reports whether a session is of use after an answer.
func keeps(res *wire.Response) bool {
	for _, r := range res.Results {
		if wire.Closing(r.Code) || r.Code == wire.CodeUse {
			return false
		}
	}
	return true
}

// mayStart says why nothing is sent now.
func (c *Client) mayStart() error {
	if until, on := c.cfg.maintenance(time.Now()); on {
		return registry.NotSent(fmt.Sprintf("registry %s is in maintenance until %s", c.cfg.Name, until.UTC().Format(time.RFC3339)), nil)
	}
	return nil
}

// onSession runs an exchange on a session of the pool and turns its failure into the port's words.
func (c *Client) onSession(ctx context.Context, use func(context.Context, *session) (keep, sent bool, err error)) error {
	err := c.mayStart()
	if err == nil {
		var trial bool
		if trial, err = c.quiet.enter(); err != nil {
			err = registry.NotSent("registry does not answer; waiting before the next attempt", err)
		} else {
			var v verdict
			v, err = c.exchange(ctx, use)
			if c.quiet.leave(trial, v, err) {
				c.healthChanged(err)
			}
		}
	}
	switch {
	case registry.IsUnknown(err):
		c.stats.unanswered.Add(1)
	case err != nil:
		c.stats.notSent.Add(1)
	}
	return err
}

func (c *Client) healthChanged(err error) {
	if err != nil {
		c.cfg.Log.Warn("registry does not answer", "registry", c.cfg.Name, "err", err)
		return
	}
	c.cfg.Log.Info("registry answers again", "registry", c.cfg.Name)
}

// impatient is how long a registry may be silent before that counts against it; a caller may give up earlier.
const impatient = 5 * time.Second

// exchange is onSession without a look at the registry's health; the verdict is what it says about that.
func (c *Client) exchange(ctx context.Context, use func(context.Context, *session) (keep, sent bool, err error)) (verdict, error) {
	limit := func() (context.Context, context.CancelFunc) {
		if _, ok := ctx.Deadline(); ok {
			return context.WithCancel(ctx)
		}
		return context.WithTimeout(ctx, c.cfg.Timeouts.Command)
	}
	wait, cancel := limit()
	defer cancel()
	if err := c.rate.wait(wait); err != nil {
		return unknown, registry.NotSent("command had no turn", err)
	}
	for {
		s, err := c.pool.acquire(wait)
		if err != nil {
			return unknown, registry.NotSent("registry cannot be reached", err)
		}
		again, start := s.reused, time.Now()
		run, stop := limit()
		keep, sent, err := use(run, s)
		stop()
		c.pool.release(s, keep && err == nil)
		switch {
		case err == nil && sent:
			return good, nil
		case err == nil:
			return unknown, nil
		case sent:
			v := bad
			if ctx.Err() != nil && time.Since(start) < min(impatient, c.cfg.Timeouts.Command) {
				v = unknown
			}
			return v, registry.Unknown(0, "no answer", err)
		case again && ctx.Err() == nil:
			continue // an idle session had died; nothing was sent, so another may be tried
		}
		return unknown, registry.NotSent("command was not sent", err)
	}
}

// judge tells success from refusal and counts.
func (c *Client) judge(res *wire.Response) error {
	err := judge(res)
	if err != nil {
		c.stats.refused.Add(1)
	}
	return err
}

// judge tells success from refusal and from an open outcome (RFC 5730 §3).
func judge(res *wire.Response) error {
	for _, r := range res.Results {
		if r.Code == wire.CodeFailed || r.Code >= 2500 {
			return registry.Unknown(r.Code, reasons(res), nil)
		}
	}
	if code := res.Code(); !wire.Success(code) {
		return registry.Refused(code, reasons(res))
	}
	return nil
}

// reasons joins the registry's words; values are left out, for they repeat what was sent.
func reasons(res *wire.Response) string {
	var parts []string
	for _, r := range res.Results {
		parts = append(parts, r.Msg.Text)
		for _, x := range r.ExtValues {
			if x.Reason.Text != "" && x.Value.Object == nil { // with an object it is data (RFC 9038)
				parts = append(parts, x.Reason.Text)
			}
		}
	}
	return strings.Join(parts, "; ")
}

// result is the port's form of a success.
func result(res *wire.Response) registry.Result {
	return registry.Result{Code: res.Code(), Pending: res.Code() == wire.CodePending, SvTRID: res.TRID.SvTRID, Text: reasons(res),
		Fee: charged(&res.Ext)}
}

// change sends a command whose answer has no data of interest.
func (c *Client) change(ctx context.Context, cmd *wire.Command) (registry.Result, error) {
	res, err := c.do(ctx, cmd)
	if err != nil {
		return registry.Result{}, err
	}
	return result(res), nil
}

// ask sends a command that changes nothing, under an id of its own, and gives the data of the answer.
func (c *Client) ask(ctx context.Context, cmd *wire.Command) (*wire.ResData, error) {
	cmd.ClTRID = transactionID()
	res, err := c.do(ctx, cmd)
	if err != nil {
		return nil, err
	}
	if res.Data == nil {
		return &wire.ResData{}, nil
	}
	return res.Data, nil
}

// incomplete is a success that lacks what the caller needs; it leaves the outcome open, so that a probe finds the rest.
func incomplete(what string) error {
	return registry.Unknown(0, fmt.Sprintf("answer without %s", what), nil)
}
