package manage

import (
	"net/http"
	"time"

	"github.com/polyreg/polyreg/internal/obs"
)

// journalEntry is one request and its answer, or an injected fault, as GET journal shows them; octets that are no UTF-8 become
// replacement characters in JSON.
type journalEntry struct {
	Seq       int64      `json:"seq"`
	ID        string     `json:"id"`
	Time      string     `json:"time"`
	Dialect   string     `json:"dialect,omitempty"`
	Account   string     `json:"account,omitempty"`
	Command   string     `json:"command,omitempty"`
	Status    string     `json:"status"`
	Request   string     `json:"request,omitempty"`
	Answer    string     `json:"answer,omitempty"`
	CutOff    bool       `json:"cut_off,omitempty"`
	ElapsedMS float64    `json:"elapsed_ms"`
	Fault     *obs.Fault `json:"fault,omitempty"`
}

// getJournal lists requests, oldest first: ?after=SEQ&limit=N.
func (a *API) getJournal(r *http.Request) (any, error) {
	after, err := numberOf(r, "after", 0)
	if err != nil {
		return nil, err
	}
	limit, err := limitOf(r)
	if err != nil {
		return nil, err
	}
	list := []journalEntry{}
	for _, e := range a.Journal.List(after, limit) {
		list = append(list, shownEntry(e))
	}
	return map[string]any{"entries": list}, nil
}

func shownEntry(e obs.Entry) journalEntry {
	return journalEntry{Seq: e.Seq, ID: e.ID, Time: e.Time.Format(time.RFC3339Nano), Dialect: e.Dialect, Account: e.Account, Command: e.Command,
		Status: e.Status, Request: string(e.Request), Answer: string(e.Answer), CutOff: e.CutOff, ElapsedMS: float64(e.Elapsed) / 1000, Fault: e.Fault}
}
