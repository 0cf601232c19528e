// Package dialect holds what every door has in common: how the front handler finds it, and what it is given. A dialect
// translates; it decides nothing.
package dialect

import (
	"log/slog"
	"net/http"

	"github.com/polyreg/polyreg/internal/command"
)

// Dialect is one door. ServeHTTP gets the raw request: no path cleaning has happened, the prefix is cut off URL.Path, and
// RemoteAddr holds the client's address.
type Dialect interface {
	// Name is the folder's name: "dmapi", "opensrs", "wapi", "domainrobot", "autodns".
	Name() string
	// Hosts are the vendor's host names, in small letters, each with the path that it stands for ("" for the root).
	Hosts() []string
	// Claims reports whether a request to another host is in this dialect's own path and form. Body holds the first octets
	// of the body (at most 512), for dialects that share a path.
	Claims(r *http.Request, body []byte) bool
	http.Handler
	// Mask gives a request's or answer's octets with every secret replaced, for the journal.
	Mask(octets []byte) []byte
}

// Deps is what a dialect is given.
type Deps struct {
	Runner *command.Runner
	Log    *slog.Logger
	// LiveLimits says that the real service's limits are to be kept (requests per second …).
	LiveLimits bool
	// Secure tells whether the sandbox's own TLS is in front; cookies are marked Secure then.
	Secure bool
}
