package dialect

import "context"

// Trace is what a dialect notes of a request for journal, log and metrics: the command's word, whose it was and how it ended.
type Trace struct {
	Command string
	Account string
	Err     error
	// RequestID is what the client was shown; the front's own id stands in logs beside it.
	RequestID string
}

type traceKey struct{}

// WithTrace puts a fresh Trace into a context.
func WithTrace(ctx context.Context) (context.Context, *Trace) {
	t := &Trace{}
	return context.WithValue(ctx, traceKey{}, t), t
}

// TraceOf is the request's Trace; a throw-away one outside a request.
func TraceOf(ctx context.Context) *Trace {
	if t, ok := ctx.Value(traceKey{}).(*Trace); ok {
		return t
	}
	return &Trace{}
}
