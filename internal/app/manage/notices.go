package manage

import (
	"maps"
	"net/http"
	"slices"

	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/notify"
)

// notice is one that still waits to be read somewhere.
type notice struct {
	ID      int64             `json:"id"`
	Account string            `json:"account"`
	Kind    string            `json:"kind"`
	Object  string            `json:"object,omitempty"`
	Order   int64             `json:"order,omitempty"`
	Text    string            `json:"text,omitempty"`
	Data    map[string]string `json:"data,omitempty"`
	Created string            `json:"created"`
	Waiting []string          `json:"waiting_in"` // queues in which nobody has acknowledged it
}

// getNotices lists the notices of an account that wait in some queue, oldest first: ?account=NAME&limit=N.
func (a *API) getNotices(r *http.Request) (any, error) {
	word := r.URL.Query().Get("account")
	if word == "" {
		return nil, errs.F(errs.Missing, "account", "say whose: ?account=NAME")
	}
	limit, err := limitOf(r)
	if err != nil {
		return nil, err
	}
	accs, err := a.accountsOf(r.Context(), word)
	if err != nil {
		return nil, err
	}
	found := map[notify.ID]notice{}
	for _, acc := range accs {
		for _, channel := range a.Channels {
			list, _, err := a.Store.View().OpenNotices(r.Context(), acc.ID, channel, nil, limit)
			if err != nil {
				return nil, err
			}
			for _, n := range list {
				was := found[n.ID].Waiting
				found[n.ID] = notice{ID: int64(n.ID), Account: acc.Name, Kind: string(n.Kind), Object: n.ObjectName, Order: n.Order, Text: n.Text,
					Data: n.Data, Created: stamp(n.Created), Waiting: append(was, channel)}
			}
		}
	}
	out := []notice{}
	for _, id := range slices.Sorted(maps.Keys(found)) {
		if len(out) < limit {
			out = append(out, found[id])
		}
	}
	return map[string]any{"notices": out}, nil
}
