package domainrobot

import (
	"cmp"
	"context"
	"net/url"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
	"github.com/polyreg/polyreg/internal/zone"
)

// redirect is a forward of a zone as this interface sees it (domainrobot-json.md §8.6, §9.5).
type redirect struct {
	zone.Forward
	origin dname.Name
	// In the vendor's words:
	source, target, typ, mode string
}

// Types and modes of redirects. SINGLE and CATCHALL are those of mail.
const (
	typeDomain, typeEmail = "DOMAIN", "EMAIL"

	modeFrame, modeHTTP, modeHTTPS = "FRAME", "HTTP", "HTTPS"
	modeSingle, modeCatchall       = "SINGLE", "CATCHALL"
)

// shownRedirect puts a forward into the vendor's words: its target without scheme, which the mode tells, and a catch-all without
// local part.
func shownRedirect(f zone.Forward, origin dname.Name) redirect {
	r := redirect{Forward: f, origin: origin, target: f.Target, typ: typeDomain}
	host := f.Source
	if f.Kind == zone.Mail {
		i := strings.LastIndexByte(strings.TrimSuffix(f.Source, zone.Apex), '@')
		local, rel := f.Source[:i], f.Source[i+1:]
		r.typ, r.mode = typeEmail, modeSingle
		if local == "*" {
			r.mode, local = modeCatchall, ""
		}
		r.source = local + "@" + string(zone.Absolute(rel, origin))
		return r
	}
	r.source = string(zone.Absolute(host, origin))
	scheme, rest, _ := strings.Cut(f.Target, "://")
	switch {
	case f.Kind == zone.Frame:
		r.mode, r.target = modeFrame, strings.TrimPrefix(f.Target, "https://")
	case scheme == "http":
		r.mode, r.target = modeHTTP, rest
	default:
		r.mode, r.target = modeHTTPS, rest
	}
	return r
}

// json writes a Redirect object.
func (r redirect) json(q *request, own bool) jsonx.Obj {
	var o jsonx.Obj
	o.AddIf(own, "owner", q.owner.json())
	o.Add("source", r.source)
	o.Add("target", r.target)
	o.Add("type", r.typ)
	o.Add("mode", r.mode)
	o.Add("domain", string(r.origin))
	o.AddIf(r.Title != "", "title", r.Title)
	if idn := r.origin.Unicode(); idn != string(r.origin) && strings.HasSuffix(r.source, string(r.origin)) {
		o.Add("sourceIdn", strings.TrimSuffix(r.source, string(r.origin))+idn)
	}
	return o
}

// source is where a redirect leads from.
type source struct {
	text  string // as answers have it
	local string // of mail: "*" for a catch-all
	host  string
	mail  bool
}

// parseSource reads a source: a host name, or a mail address, whose local part may be missing or "*" for all.
func parseSource(text, path string) (source, error) {
	text = strings.ToLower(strings.TrimSuffix(strings.TrimSpace(text), "."))
	if text == "" {
		return source{}, bad(errs.Missing, path, "", "is required")
	}
	s := source{text: text, host: text}
	if i := strings.LastIndexByte(text, '@'); i >= 0 {
		s.mail, s.local, s.host = true, text[:i], text[i+1:]
		if s.local == "" {
			s.local = "*"
		}
	}
	n, err := zone.CanonicalName(s.host, "")
	if err != nil || n == zone.Apex || strings.Contains(s.host, "/") {
		return s, bad(errs.Invalid, path, text, "is not a host name or mail address")
	}
	s.host = n
	if s.text = n; s.mail {
		s.text = strings.TrimPrefix(s.local, "*") + "@" + n
	}
	return s, nil
}

// leads reports whether a forward leads from the source.
func (s source) leads(f redirect) bool { return f.source == s.text && (f.Kind == zone.Mail) == s.mail }

// stored is the source in a forward.
func (s source) stored() string {
	if s.mail {
		return s.local + "@" + s.host + "."
	}
	return s.host + "."
}

// redirectZone finds the caller's zone that a source lies in.
func (d *Dialect) redirectZone(ctx context.Context, q *request, s source) (zone.Zone, error) {
	z, err := command.Do(ctx, d.run, q.caller, command.FindZone{Name: s.host})
	if errs.Is(err, errs.NotFound) {
		err = errs.F(errs.NotFound, "zone", "").On("zone", s.host)
	}
	return z, err
}

// noRedirect is the error about a redirect that is not there.
func noRedirect(s source) error { return errs.F(errs.NotFound, "source", "").On("redirect", s.text) }

// redirectAt finds the redirect that the address names.
func (d *Dialect) redirectAt(ctx context.Context, q *request) (redirect, source, error) {
	s, err := parseSource(q.arg("source"), "redirect.source")
	if err != nil {
		return redirect{}, s, err
	}
	z, err := d.redirectZone(ctx, q, s)
	if errs.Is(err, errs.NotFound, errs.NotOwned) {
		return redirect{}, s, noRedirect(s)
	}
	if err != nil {
		return redirect{}, s, err
	}
	list, err := command.Do(ctx, d.run, q.caller, command.Forwards{Origin: string(z.Origin)})
	if err != nil {
		return redirect{}, s, err
	}
	for _, f := range list {
		if r := shownRedirect(f, z.Origin); s.leads(r) {
			return r, s, nil
		}
	}
	return redirect{}, s, noRedirect(s)
}

// readRedirect reads what a redirect does, onto what it has done so far, which is nothing for a new one.
func readRedirect(q *request, s source, was redirect) (zone.Forward, error) {
	r := &reader{v: q.body, path: "redirect"}
	typ := r.word("type", typeDomain, typeEmail)
	mode := r.word("mode", modeFrame, modeHTTP, modeHTTPS, modeSingle, modeCatchall)
	target, _ := r.text("target")
	title, titled := r.text("title")
	if list, _ := r.texts("backups"); len(list) > 0 {
		r.Add(bad(errs.Unsupported, r.at("backups"), list[0], "other targets are not supported by this server"))
	}
	typ, mode, target = cmp.Or(typ, was.typ), cmp.Or(mode, was.mode), cmp.Or(target, was.target)
	if !titled {
		title = was.Title
	}
	for _, item := range [][2]string{{"type", typ}, {"mode", mode}, {"target", target}} {
		if item[1] == "" && !r.v.Get(item[0]).Given() {
			r.Add(bad(errs.Missing, r.at(item[0]), "", "is required"))
		}
	}
	mail := mode == modeSingle || mode == modeCatchall
	switch {
	case typ != "" && typ == typeEmail != s.mail:
		r.Add(bad(errs.Invalid, r.at("type"), typ, "does not go with the source"))
	case mode != "" && (mail != s.mail || mail && (mode == modeCatchall) != (s.local == "*")):
		r.Add(bad(errs.Invalid, r.at("mode"), mode, "does not go with the source"))
	case title != "" && titled && mode != modeFrame:
		r.Add(bad(errs.Invalid, r.at("title"), title, "is for the mode FRAME alone"))
	}
	if err := r.Err(); err != nil {
		return zone.Forward{}, err
	}
	return forwardOf(s, mode, strings.TrimSpace(target), title), nil
}

// forwardOf is the forward that a redirect stands for.
func forwardOf(s source, mode, target, title string) zone.Forward {
	f := zone.Forward{Kind: zone.Redirect, Source: s.stored(), Target: target}
	if u, err := url.Parse(target); err == nil && (u.Scheme == "http" || u.Scheme == "https") && mode != modeFrame {
		target = target[len(u.Scheme)+len("://"):]
	}
	switch mode {
	case modeSingle, modeCatchall:
		f.Kind = zone.Mail
	case modeFrame:
		f.Kind, f.Title = zone.Frame, title
		if !strings.Contains(target, "://") {
			f.Target = "https://" + target
		}
	case modeHTTP:
		f.Target = "http://" + target
	default:
		f.Target = "https://" + target
	}
	return f
}
