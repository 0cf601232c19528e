package dmapi

import (
	"net/http"
	"strconv"
)

// serveNIC answers the dynamic DNS paths (§12), which this server does not offer: their clients look for a body that begins
// with OK, good or nochg, and this one does not.
func serveNIC(w http.ResponseWriter, r *http.Request) {
	body := "error: dynamic DNS is not offered by this server\n"
	if r.URL.Path == "/nic/update" {
		body = "911\n" // the dyndns2 word for a service that is not available
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusNotImplemented)
	_, _ = w.Write([]byte(body))
}
