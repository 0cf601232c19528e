package fault

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/polyreg/polyreg/internal/registry"
)

// exchange is one command on its way to a registry.
type exchange struct {
	registry string
	what     string
	objects  []string
	clTRID   string // empty for what changes nothing
	pends    string // the embedded registry's word for an action that it can keep pending
}

// changes reports whether the exchange is one that changes something.
func (x *exchange) changes() bool { return x.clTRID != "" }

// decides reports whether the exchange decides about its order. For an operation that is not known here it is the one whose
// id is that of the attempt ("1000012-1"), without the mark of a step.
func (x *exchange) decides(t registry.Trace) bool {
	if !x.changes() {
		return false
	}
	if what, ok := deciding[t.Operation]; ok {
		return x.what == what
	}
	return strings.Count(x.clTRID, "-") == 1
}

// link is a registry connection with the faults of a set.
type link struct {
	registry.Registry
	set *Set
}

var (
	errRefused = &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	errLost    = errors.New("session is closed")
)

// through carries an exchange out, or lets a fault happen to it.
func through[T any](ctx context.Context, l *link, x exchange, call func() (T, error)) (T, error) {
	if !l.set.active.Load() {
		return call()
	}
	x.registry = l.Name()
	p := l.set.plan(ctx, &x)
	if p.pending {
		defer l.set.arm(x.pends + " " + x.objects[0])()
	}
	var none T
	injected := func(err error) error { return fmt.Errorf("injected by fault %d: %w", p.rule, err) }
	switch p.end {
	case Down:
		if err := wait(ctx, p.latency); err != nil {
			return none, registry.NotSent("command was not sent", err)
		}
		return none, registry.NotSent("registry cannot be reached", injected(errRefused))
	case DropBefore:
		return none, late(ctx, p, registry.Unknown(0, "no answer", injected(errLost)))
	case Failed:
		return none, late(ctx, p, registry.Unknown(registry.CodeFailed, "Command failed", nil))
	case DropAfter:
		if _, err := call(); notSent(err) {
			return none, err
		}
		return none, late(ctx, p, registry.Unknown(0, "no answer", injected(errLost)))
	}
	out, err := call()
	if notSent(err) {
		return out, err
	}
	if slow := wait(ctx, p.latency); slow != nil {
		return none, registry.Unknown(0, "no answer", slow)
	}
	return out, err
}

// late is an error that comes after the plan's latency; when the time for the exchange ends before, there was no answer.
func late(ctx context.Context, p plan, err *registry.Error) error {
	if slow := wait(ctx, p.latency); slow != nil {
		return registry.Unknown(0, "no answer", slow)
	}
	return err
}

// notSent reports whether an error says that nothing has reached the registry.
func notSent(err error) bool {
	var e *registry.Error
	return errors.As(err, &e) && !e.Unknown && e.Code == 0
}

// wait lets a latency pass; it gives the context's error when that ends first.
func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
