package obs

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
)

type requestKey struct{}

// WithRequestID gives a context that carries the id of a request.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestKey{}, id)
}

// RequestID is the id that the context carries, or "".
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

// NewLogger writes JSON lines to w from level on. Each line has the request id of its context as "request", and the values of
// keys that Sensitive names are masked, in groups and in headers, forms and maps too.
func NewLogger(w io.Writer, level slog.Leveler) *slog.Logger {
	h := slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: redact})
	return slog.New(handler{h})
}

// redact masks one attribute; groups come here attribute by attribute.
func redact(_ []string, a slog.Attr) slog.Attr {
	if Sensitive(a.Key) {
		return slog.String(a.Key, Masked)
	}
	if a.Value.Kind() != slog.KindAny {
		return a
	}
	switch v := a.Value.Any().(type) {
	case http.Header:
		return slog.Any(a.Key, maskLists(v))
	case url.Values:
		return slog.Any(a.Key, maskLists(v))
	case map[string][]string:
		return slog.Any(a.Key, maskLists(v))
	case map[string]string:
		out := make(map[string]string, len(v))
		for k, s := range v {
			if Sensitive(k) {
				s = Masked
			}
			out[k] = s
		}
		return slog.Any(a.Key, out)
	case map[string]any:
		return slog.Any(a.Key, maskMap(v))
	case *http.Request, *url.URL:
		return slog.String(a.Key, Masked) // whole requests and addresses with queries do not belong in a log
	}
	return a
}

func maskLists(in map[string][]string) map[string][]string {
	out := make(map[string][]string, len(in))
	for k, v := range in {
		if Sensitive(k) {
			v = []string{Masked}
		}
		out[k] = v
	}
	return out
}

func maskMap(in map[string]any) map[string]any {
	out := make(map[string]any, len(in))
	for k, v := range in {
		switch inner := v.(type) {
		case map[string]any:
			v = maskMap(inner)
		case map[string]string:
			v = redact(nil, slog.Any("", inner)).Value.Any()
		}
		if Sensitive(k) {
			v = Masked
		}
		out[k] = v
	}
	return out
}

// handler adds the request id of the context.
type handler struct{ slog.Handler }

func (h handler) Handle(ctx context.Context, r slog.Record) error {
	if id := RequestID(ctx); id != "" {
		r = r.Clone()
		r.AddAttrs(slog.String("request", id))
	}
	return h.Handler.Handle(ctx, r)
}

func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return handler{h.Handler.WithAttrs(attrs)}
}

func (h handler) WithGroup(name string) slog.Handler { return handler{h.Handler.WithGroup(name)} }
