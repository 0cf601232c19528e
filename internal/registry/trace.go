package registry

import "context"

// Trace says what an exchange with a registry is for: for journals, metrics and addressed faults. It decides nothing.
type Trace struct {
	Order     int64
	Account   int64
	Operation string // the core's word: "register", "renew" …
	Command   string // the dialect's word for it
	Object    string
}

type traceKey struct{}

// WithTrace marks a context with what its exchange is for.
func WithTrace(ctx context.Context, t Trace) context.Context {
	return context.WithValue(ctx, traceKey{}, t)
}

// TraceOf gives the trace of a context; the zero value for none.
func TraceOf(ctx context.Context) Trace {
	t, _ := ctx.Value(traceKey{}).(Trace)
	return t
}
