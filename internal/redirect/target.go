package redirect

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/polyreg/polyreg/internal/dname"
)

var errTarget = errors.New("no address of the web")

// destination is where a request for at is sent. A target that ends in a folder (no path, or one with "/" at its end, and nothing
// behind it) takes the rest of the request's address along, its query too; any other one is a page and stands as it is. No reference
// tells; the examples are of folders ("https://www.example.net/", dmapi.md §9.2).
func destination(target string, at *url.URL) (*url.URL, error) {
	to, err := url.Parse(target)
	if err != nil {
		return nil, err
	}
	if to.Scheme != "http" && to.Scheme != "https" || to.Hostname() == "" || to.User != nil || to.Opaque != "" {
		return nil, errTarget
	}
	if to.Host, err = asciiHost(to); err != nil {
		return nil, err
	}
	if to.RawQuery != "" || to.ForceQuery || to.Fragment != "" || to.Path != "" && !strings.HasSuffix(to.Path, "/") {
		to.RawQuery = tame(to.RawQuery)
		return to, nil
	}
	whole := strings.TrimSuffix(to.EscapedPath(), "/") + within(at.EscapedPath())
	if to.Path, err = url.PathUnescape(whole); err != nil {
		return nil, err
	}
	to.RawPath, to.RawQuery, to.ForceQuery = whole, tame(at.RawQuery), at.ForceQuery
	return to, nil
}

// asciiHost is a target's host with A-labels and its port.
func asciiHost(to *url.URL) (string, error) {
	host, port := to.Hostname(), to.Port()
	if strings.ContainsFunc(host, func(r rune) bool { return r >= 0x80 }) {
		name, err := dname.ParseHost(host)
		if err != nil {
			return "", err
		}
		host = string(name)
	}
	switch {
	case port != "":
		return net.JoinHostPort(host, port), nil
	case strings.Contains(host, ":"):
		return "[" + host + "]", nil
	}
	return host, nil
}

// within is an escaped path that leads nowhere above its root: "." and ".." are carried out, escaped ones too, and what is not a
// path ("*" of OPTIONS) is the root.
func within(path string) string {
	if !strings.HasPrefix(path, "/") {
		return "/"
	}
	segments := strings.Split(path[1:], "/")
	var out []string
	for i, s := range segments {
		last := i == len(segments)-1
		switch strings.ReplaceAll(strings.ToLower(s), "%2e", ".") {
		case ".":
		case "..":
			out = out[:max(0, len(out)-1)]
		default:
			out = append(out, s)
			continue
		}
		if last {
			out = append(out, "")
		}
	}
	return "/" + strings.Join(out, "/")
}

// tame escapes in a query what has no place in a header or an address; what is escaped already stays so.
func tame(query string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(query); i++ {
		c := query[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}#", c) >= 0 {
			b.WriteByte('%')
			b.WriteByte(digits[c>>4])
			b.WriteByte(digits[c&15])
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

// leadsBack reports whether a destination is the address that was asked for.
func leadsBack(to *url.URL, r *http.Request, host string) bool {
	if to.Scheme != "http" {
		return false // it is asked for by plain HTTP; the same name by HTTPS is another server
	}
	there, ok := hostOf(to.Host)
	return ok && there == host && portOf(to.Host) == portOf(r.Host) && to.EscapedPath() == within(r.URL.EscapedPath()) && to.RawQuery == tame(r.URL.RawQuery)
}

// portOf is the port of a host that hostOf takes.
func portOf(hostport string) string {
	if _, port, ok := strings.Cut(hostport, ":"); ok && port != "" {
		return port
	}
	return "80"
}
