package manage

import (
	"net/http"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

// zoneEntry is a change that was made.
type zoneEntry struct {
	From   uint32   `json:"from"` // serials
	To     uint32   `json:"to"`
	At     string   `json:"at"` // registrar time
	Who    string   `json:"who"`
	Before string   `json:"soa_before,omitempty"` // where a setting of it changed
	After  string   `json:"soa_after,omitempty"`
	Lines  []string `json:"lines"`
}

// getZoneHistory lists the latest changes, youngest first: ?limit=N.
func (a *API) getZoneHistory(r *http.Request) (any, error) {
	limit, err := limitOf(r)
	if err != nil {
		return nil, err
	}
	z, c, err := a.onZone(r)
	if err != nil {
		return nil, err
	}
	list, err := command.Do(r.Context(), a.Commands, c, command.ZoneHistory{Origin: string(z.Origin), Limit: limit})
	if err != nil {
		return nil, err
	}
	out := []zoneEntry{}
	for _, e := range list {
		s := zoneEntry{From: e.From, To: e.To, At: stamp(e.At), Who: e.Who, Lines: changeOf(e.Change).Lines}
		if e.Before != e.SOA {
			s.Before, s.After = e.Before.Data(e.From), e.SOA.Data(e.To)
		}
		out = append(out, s)
	}
	return map[string]any{"zone": string(z.Origin), "changes": out}, nil
}

// postZoneUndo takes one change back: {"serial": N}, the serial that it led to.
func (a *API) postZoneUndo(r *http.Request) (any, error) {
	var in struct {
		Serial uint32 `json:"serial"`
	}
	if err := read(r, &in); err != nil {
		return nil, err
	}
	if in.Serial == 0 {
		return nil, errs.F(errs.Missing, "serial", "serial is needed: that of a change of the zone's history")
	}
	was, c, err := a.onZone(r)
	if err != nil {
		return nil, err
	}
	c.Command = "operator undo"
	got, err := command.Do(r.Context(), a.Commands, c, command.UndoZone{Origin: string(was.Origin), Serial: in.Serial})
	if err != nil {
		return nil, err
	}
	return changedZone(was, got.Zone, got.Change, c.Account), nil
}
