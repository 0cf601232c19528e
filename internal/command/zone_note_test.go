package command_test

import (
	"strconv"
	"testing"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/zone"
)

// A note that is edited with a staged change sees the zone as it will be, and stays as it was when the change is refused or a
// dry run.
func TestNoteOfStagedChange(t *testing.T) {
	t.Parallel()
	onBothZones(t, func(w *zoneWorld) {
		zdo(w, command.CreateZone{Origin: "note.com"})
		stage := func(data string) command.StageZone {
			return command.StageZone{Origin: "note.com", Change: zone.Change{Add: []zone.Record{{Name: "www", Type: "A", Data: data}}},
				Note: &command.NoteEdit{Of: "x", Edit: func(text string, v command.StagedView) string { return text + strconv.Itoa(len(v.Change.Add)) }}}
		}
		zdo(w, stage("192.0.2.1"))
		zdo(w, stage("192.0.2.2"))
		refused(w, w.alpha, stage("192.0.2.2"), "exists records[0]")
		dry := w.alpha
		dry.DryRun = true
		if _, err := command.Do(w.t.Context(), w.Runner, dry, stage("192.0.2.3")); err != nil {
			w.t.Error(err)
		}
		got, err := w.Runner.ZoneNote(w.t.Context(), zdo(w, command.StagedZone{Origin: "note.com"}).Zone, "x")
		if err != nil || got != "12" {
			w.t.Errorf("%q, %v", got, err)
		}
	})
}
