package autodns

import (
	"context"
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/internetx"
	"github.com/polyreg/polyreg/internal/zone"
)

// redirect is a forward as this interface tells it: a host, or a mailbox with all its targets (autodns-xml.md §14.1).
type redirect struct {
	source  string // absolute: "sub.example.com", "user@example.com", "@example.com"
	domain  dname.Name
	kind    string // domain, email
	mode    string // http, https, frame; single, catchall
	target  string
	backups []string
	title   string
}

// redirectsOf are the forwards of a zone, those of one mailbox together.
func redirectsOf(origin dname.Name, fs []zone.Forward) []redirect {
	var out []redirect
	for _, f := range fs {
		r := redirectOf(origin, f)
		if i := slices.IndexFunc(out, func(x redirect) bool { return x.source == r.source }); i >= 0 {
			out[i].backups = append(out[i].backups, r.target)
			continue
		}
		out = append(out, r)
	}
	return out
}

func redirectOf(origin dname.Name, f zone.Forward) redirect {
	if f.Kind == zone.Mail {
		i := strings.LastIndexByte(strings.TrimSuffix(f.Source, zone.Apex), '@')
		local, name := f.Source[:max(i, 0)], f.Source[i+1:]
		r := redirect{kind: "email", mode: "single", domain: zone.Absolute(name, origin), target: f.Target}
		if local == "*" {
			local, r.mode = "", "catchall"
		}
		r.source = local + "@" + string(r.domain)
		return r
	}
	r := redirect{kind: "domain", mode: "http", domain: zone.Absolute(f.Source, origin), title: f.Title}
	r.source = string(r.domain)
	scheme, rest, _ := strings.Cut(f.Target, "://")
	switch r.target = rest; {
	case f.Kind == zone.Frame && scheme == "https":
		r.mode, r.target = "frame", f.Target
	case f.Kind == zone.Frame:
		r.mode = "frame"
	case scheme == "https":
		r.mode = "https"
	}
	return r
}

// forwards are the core's, with sources relative to the zone.
func (r redirect) forwards(origin dname.Name) []zone.Forward {
	rel := relative(r.domain, origin)
	if r.kind == "email" {
		local, _, _ := strings.Cut(r.source, "@")
		if r.mode == "catchall" {
			local = "*"
		}
		var out []zone.Forward
		for _, target := range append([]string{r.target}, r.backups...) {
			out = append(out, zone.Forward{Kind: zone.Mail, Source: local + "@" + rel, Target: target})
		}
		return out
	}
	f := zone.Forward{Kind: zone.Redirect, Source: rel, Target: r.target}
	if r.mode == "frame" {
		f.Kind, f.Title = zone.Frame, r.title
	}
	if !strings.Contains(f.Target, "://") {
		f.Target = map[bool]string{true: "https://", false: "http://"}[r.mode == "https"] + f.Target
	}
	return []zone.Forward{f}
}

func relative(name, origin dname.Name) string {
	if name == origin {
		return zone.Apex
	}
	return strings.TrimSuffix(string(name), "."+string(origin))
}

// maxBackups is how many targets there may be besides the first.
const maxBackups = 3

// readRedirect reads a whole redirect.
func (t *task) readRedirect(source string, host dname.Name) (redirect, error) {
	var l errs.List
	n := t.object
	r := redirect{source: source, domain: host, kind: lower(n.ChildTrim("type")), mode: lower(n.ChildTrim("mode")), target: n.ChildTrim("target"), title: n.ChildTrim("title")}
	mail := strings.Contains(source, "@")
	path := "request.task.redirect."
	if want := map[bool]string{true: "email", false: "domain"}[mail]; r.kind == "" {
		r.kind = want
	} else if r.kind != want {
		l.Add(bad(errs.Invalid, path+"type", r.kind, "does not go with the source"))
	}
	modes := []string{"http", "https", "frame"}
	if mail {
		modes = []string{"single"}
		if strings.HasPrefix(source, "@") {
			modes = []string{"catchall"}
		}
	}
	if r.mode == "" && len(modes) == 1 {
		r.mode = modes[0]
	}
	if !slices.Contains(modes, r.mode) {
		l.Add(bad(errs.Invalid, path+"mode", r.mode, "must be "+strings.Join(modes, ", ")))
	}
	if r.target == "" {
		l.Add(bad(errs.Missing, path+"target", "", "is required"))
	}
	for _, b := range n.ChildrenNamed("backups") {
		if text := b.Trim(); text != "" {
			r.backups = append(r.backups, text)
		}
	}
	switch {
	case len(r.backups) > maxBackups:
		l.Add(bad(errs.TooLarge, path+"backups", "", "there are at most three"))
	case len(r.backups) > 0 && !mail:
		l.Add(bad(errs.Unsupported, path+"backups", r.backups[0], "only mail goes to several targets"))
	}
	if r.title != "" && r.mode != "frame" {
		r.title = ""
	}
	return r, l.Err()
}

// sourceZone reads the identifier of a redirect and finds the zone that it lies in. Mailboxes are in small letters.
func (t *task) sourceZone(ctx context.Context) (source string, host dname.Name, z zone.Zone, err error) {
	text, err := t.identifier()
	if err != nil {
		return "", "", z, err
	}
	local, name, mail := strings.Cut(strings.ToLower(text), "@")
	if !mail {
		name = local
	}
	canonical, err := zone.CanonicalName(strings.TrimSuffix(name, "."), "")
	if err != nil || canonical == zone.Apex {
		return "", "", z, bad(errs.Invalid, "request.task.redirect.source", text, "is neither a host name nor a mail address")
	}
	host = dname.Name(canonical)
	if source = canonical; mail {
		source = local + "@" + canonical
	}
	t.subject = object{"redirect", clip(source)}
	if z, err = do(ctx, t, command.FindZone{Name: canonical}); errs.Is(err, errs.NotFound) {
		err = errs.F(errs.NotFound, "zone", "").On("zone", canonical)
	}
	return source, host, z, err
}

// redirectEls are the children of a redirect in an answer.
func (q *request) redirectEls(r redirect, own bool) []el {
	out := some(leaf("source", r.source), leaf("target", r.target), leaf("type", r.kind), leaf("mode", r.mode), leaf("domain", string(r.domain)), leaf("title", r.title))
	for _, b := range r.backups {
		out = append(out, leaf("backups", b))
	}
	if r.domain.IDN() {
		out = append(out, leaf("sourceIdn", strings.TrimSuffix(r.source, string(r.domain))+r.domain.Unicode()))
	}
	if own {
		out = append(out, q.owner.el("owner"), q.owner.el("updater"))
	}
	return out
}

// causeOfRedirect are the causes of tasks on redirects.
func causeOfRedirect(e *errs.Error) (internetx.Cause, bool) {
	switch {
	case e.Field == "zone" && missing(e):
		return internetx.NoZone, true
	case e.Field == "source" && e.Kind == errs.NotFound:
		return internetx.NoRedirect, true
	case e.Field == "source" && e.Kind == errs.Exists:
		return internetx.HasRedirect, true
	}
	return internetx.Cause{}, false
}
