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
	source  string     // absolute: "sub.example.com", "user@example.com", "@example.com"
	host    dname.Name // of the source
	domain  dname.Name // of the zone that it lies in
	status  int        // of a redirect by HTTP
	kind    string     // domain, email
	mode    string     // http, https, frame; single, catchall
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
		r := redirect{kind: "email", mode: "single", host: zone.Absolute(name, origin), domain: origin, target: f.Target}
		if local == "*" {
			local, r.mode = "", "catchall"
		}
		r.source = local + "@" + string(r.host)
		return r
	}
	r := redirect{kind: "domain", mode: "http", host: zone.Absolute(f.Source, origin), domain: origin, title: f.Title, status: f.Status}
	r.source = string(r.host)
	scheme, rest, _ := strings.Cut(f.Target, "://")
	switch r.target = rest; {
	case f.Kind == zone.Frame && scheme == "http":
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
	rel := relative(r.host, origin)
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
	f := zone.Forward{Kind: zone.Redirect, Source: rel, Target: r.target, Status: r.status}
	if r.mode == "frame" {
		f.Kind, f.Title, f.Status = zone.Frame, r.title, 0
	}
	_, rest, whole := strings.Cut(f.Target, "://")
	switch {
	case whole && r.mode == "frame":
	case whole: // the mode tells the scheme
		f.Target = map[bool]string{true: "http://", false: "https://"}[r.mode == "http"] + rest
	default:
		f.Target = map[bool]string{true: "http://", false: "https://"}[r.mode == "http"] + f.Target
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

// readRedirect reads what a redirect does onto what it has done so far.
func (t *task) readRedirect(r redirect) (redirect, error) {
	var l errs.List
	n := t.object
	mail := strings.Contains(r.source, "@")
	kind := map[bool]string{true: "email", false: "domain"}[mail]
	if word := lower(n.ChildTrim("type")); word != "" && word != kind {
		l.Add(bad(errs.Invalid, redirectPath+"type", word, "does not go with the source"))
	}
	for name, to := range map[string]*string{"mode": &r.mode, "target": &r.target, "title": &r.title} {
		if text := n.ChildTrim(name); text != "" {
			*to = text
		}
	}
	modes := []string{"http", "https", "frame"}
	switch {
	case strings.HasPrefix(r.source, "@"):
		modes = []string{"catchall"}
	case mail:
		modes = []string{"single"}
	}
	if r.kind, r.mode = kind, lower(r.mode); r.mode == "" && mail {
		r.mode = modes[0]
	}
	if !slices.Contains(modes, r.mode) {
		l.Add(bad(errs.Invalid, redirectPath+"mode", r.mode, "must be "+strings.Join(modes, ", ")))
	}
	if r.target == "" {
		l.Add(bad(errs.Missing, redirectPath+"target", "", "is required"))
	}
	if r.mode != "frame" {
		r.title = ""
	}
	t.readBackups(&r, &l)
	return r, l.Err()
}

const redirectPath = "request.task.redirect."

// readBackups reads the other targets: mail goes to all of them.
func (t *task) readBackups(r *redirect, l *errs.List) {
	var list []string
	for _, b := range t.object.ChildrenNamed("backups") {
		if text := b.Trim(); text != "" {
			list = append(list, text)
		}
	}
	switch {
	case len(list) > maxBackups:
		l.Add(bad(errs.TooLarge, redirectPath+"backups", "", "there are at most three"))
	case len(list) > 0 && r.kind != "email":
		l.Add(bad(errs.Unsupported, redirectPath+"backups", list[0], "only mail goes to several targets"))
	}
	if t.object.Child("backups") != nil {
		r.backups = list
	}
}

// sourceZone reads the identifier of a redirect and finds the zone that it lies in. Mailboxes are in small letters.
func (t *task) sourceZone(ctx context.Context) (redirect, zone.Zone, error) {
	text, err := t.identifier()
	if err != nil {
		return redirect{}, zone.Zone{}, err
	}
	local, name, mail := strings.Cut(strings.ToLower(text), "@")
	if !mail {
		name = local
	}
	canonical, err := zone.CanonicalName(strings.TrimSuffix(name, "."), "")
	if err != nil || canonical == zone.Apex {
		return redirect{}, zone.Zone{}, bad(errs.Invalid, redirectPath+"source", text, "is neither a host name nor a mail address")
	}
	r := redirect{source: canonical, host: dname.Name(canonical)}
	if mail {
		r.source = strings.TrimPrefix(local, "*") + "@" + canonical
	}
	t.subject = object{"redirect", clip(r.source)}
	z, err := do(ctx, t, command.FindZone{Name: canonical})
	if errs.Is(err, errs.NotFound) {
		err = errs.F(errs.NotFound, "zone", "")
	}
	return r, z, err
}

// redirectEls are the children of a redirect in an answer.
func (q *request) redirectEls(r redirect, own bool) []el {
	out := some(leaf("source", r.source), leaf("target", r.target), leaf("type", r.kind), leaf("mode", r.mode), leaf("domain", string(r.domain)), leaf("title", r.title))
	for _, b := range r.backups {
		out = append(out, leaf("backups", b))
	}
	if r.host.IDN() {
		out = append(out, leaf("sourceIdn", strings.TrimSuffix(r.source, string(r.host))+r.host.Unicode()))
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
