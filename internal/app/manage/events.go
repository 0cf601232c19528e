package manage

import (
	"net/http"

	"github.com/polyreg/polyreg/internal/command"
)

// getEvents answers the whole event log in lines of JSON, oldest first. Equal seeds and equal requests give equal octets.
func (a *API) getEvents(w http.ResponseWriter, r *http.Request) {
	const page = 1000
	out, n := &lines{w: w}, a.names()
	var marks command.Marks
	for {
		list, next, err := a.Store.View().Timeline(r.Context(), marks, page)
		if err != nil && !out.begun {
			a.Fail(w, r, err)
			return
		}
		if err != nil { // cut off: the last line is none of the log
			out.write(clockLine{Error: "the call failed; the log says why"})
			return
		}
		for i := range list {
			out.write(a.shownEvent(r.Context(), n, &list[i]))
		}
		if len(list) < page {
			return
		}
		marks = next
	}
}
