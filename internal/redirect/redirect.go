// Package redirect answers HTTP for names that are forwarded (DMAPI URL and FRAME, Domainrobot redirect): by a redirect, or by a
// page that shows the target in a frame. Where a request leads is decided by the name in its Host header alone, and the server
// that it is sent to by the forward alone.
package redirect

import (
	"bytes"
	"context"
	"errors"
	"html/template"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// Forwards finds where a host name leads to (*command.Runner). Errors: errs.NotFound.
type Forwards interface {
	ForwardFor(ctx context.Context, host string) (zone.Forward, error)
}

// Handler answers for all names that are forwarded. It is safe for concurrent use.
type Handler struct {
	forwards Forwards
	log      *slog.Logger
}

// New makes a Handler.
func New(f Forwards, log *slog.Logger) *Handler { return &Handler{f, log} }

// Limits of a request: nothing of its body is needed, and little of its head.
const (
	maxHead   = 16 << 10
	maxURI    = 8 << 10
	headTime  = 5 * time.Second
	totalTime = 15 * time.Second
	idleTime  = 30 * time.Second
	lookTime  = 5 * time.Second // for the forward
)

// Server is an HTTP server for strangers around a handler.
func Server(h http.Handler, log *slog.Logger) *http.Server {
	var protos http.Protocols
	protos.SetHTTP1(true)
	return &http.Server{Handler: h, Protocols: &protos, ReadHeaderTimeout: headTime, ReadTimeout: totalTime, WriteTimeout: totalTime, IdleTimeout: idleTime,
		MaxHeaderBytes: maxHead, DisableGeneralOptionsHandler: true, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)}
}

// fresh is how long others may keep an answer: a change of a forward is seen within 60 seconds (dmapi.md §9.1), whatever the status
// says about its being permanent.
const fresh = "max-age=60"

// ServeHTTP answers 301, 302, 303, 307 or 308 for a redirect, 200 with a page for a frame, 404 for a name that is not forwarded.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength != 0 {
		w.Header().Set("Connection", "close") // rather than to read what nobody needs
	}
	if len(r.RequestURI) > maxURI {
		h.say(w, http.StatusRequestURITooLong, page{Title: "The address is too long"})
		return
	}
	host, ok := hostOf(r.Host)
	if !ok {
		h.say(w, http.StatusNotFound, nothing)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), lookTime)
	defer cancel()
	f, err := h.forwards.ForwardFor(ctx, host)
	switch {
	case errs.Is(err, errs.NotFound):
		h.say(w, http.StatusNotFound, nothing)
		return
	case err != nil:
		if !errors.Is(err, context.Canceled) {
			h.log.ErrorContext(ctx, "finding a forward failed", "host", host, "err", err)
		}
		w.Header().Set("Retry-After", "5")
		h.say(w, http.StatusServiceUnavailable, page{Title: "Please try again later"})
		return
	}
	h.forward(w, r, host, f)
}

func (h *Handler) forward(w http.ResponseWriter, r *http.Request, host string, f zone.Forward) {
	if allowed := methods(f); !slices.Contains(allowed, r.Method) {
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		h.say(w, http.StatusMethodNotAllowed, page{Title: "Not possible here"})
		return
	}
	to, err := destination(f.Target, r.URL)
	switch {
	case err != nil || f.Kind != zone.Redirect && f.Kind != zone.Frame:
		h.log.WarnContext(r.Context(), "a forward that leads nowhere", "host", host, "forward", f.ID, "err", err)
		h.say(w, http.StatusNotFound, nothing)
		return
	case leadsBack(to, r, host):
		h.say(w, http.StatusLoopDetected, page{Title: "This address is forwarded to itself"})
		return
	}
	w.Header().Set("Cache-Control", fresh)
	if f.Kind == zone.Frame {
		h.show(w, http.StatusOK, framePage, frame{Title: f.Title, Host: dname.Name(host).Unicode(), Target: to.String()})
		return
	}
	w.Header().Set("Location", to.String())
	h.say(w, statusOf(f), page{Title: "This page is elsewhere", Link: to.String()})
}

// statusOf is a redirect's status; one that is none of a redirect counts as 302.
func statusOf(f zone.Forward) int {
	switch f.Status {
	case http.StatusMovedPermanently, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return f.Status
	}
	return http.StatusFound
}

// methods are those that make sense: a frame is looked at; 307 and 308 keep the method (RFC 9110 §15.4), so that any will do.
func methods(f zone.Forward) []string {
	out := []string{http.MethodGet, http.MethodHead}
	switch {
	case f.Kind == zone.Frame:
	case f.Status == http.StatusTemporaryRedirect || f.Status == http.StatusPermanentRedirect:
		out = append(out, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete)
	default:
		out = append(out, http.MethodPost)
	}
	return out
}

// hostOf is the name in a Host header, without port, in small letters; false where it is no name. Names come as A-labels, or as
// U-labels from clients that do not know better.
func hostOf(header string) (string, bool) {
	host := header
	if i := strings.LastIndexByte(header, ':'); i >= 0 {
		host = header[:i]
		if port := header[i+1:]; port != "" {
			if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
				return "", false
			}
		}
	}
	host = strings.TrimSuffix(host, ".")
	if host == "" || len(host) > 1024 || strings.HasSuffix(host, ".") || strings.ContainsAny(host, "*@:/\\ \t[]%") || net.ParseIP(host) != nil {
		return "", false
	}
	name, err := zone.CanonicalName(host, "")
	return name, err == nil && name != zone.Apex
}

// page is what people see who are not led on by their browser.
type page struct{ Title, Link string }

var nothing = page{Title: "There is nothing here"}

func (h *Handler) say(w http.ResponseWriter, status int, p page) {
	if status >= http.StatusBadRequest {
		w.Header().Set("Cache-Control", "no-store")
	}
	h.show(w, status, plainPage, p)
}

// show writes a page. The forms write whole pages or none, and HEAD takes the head alone.
func (h *Handler) show(w http.ResponseWriter, status int, form *template.Template, data any) {
	var b bytes.Buffer
	if err := form.Execute(&b, data); err != nil { // only a form that is wrong does that
		h.log.Error("writing a page", "err", err)
		status = http.StatusInternalServerError
		b.Reset()
	}
	head := w.Header()
	head.Set("Content-Type", "text/html; charset=utf-8")
	head.Set("Content-Length", strconv.Itoa(b.Len()))
	head.Set("Content-Security-Policy", policies[form])
	head.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // a client that went away needs no answer
}
