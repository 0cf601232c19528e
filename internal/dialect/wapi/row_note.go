package wapi

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/zone"
)

// rowNote is what the interface knows of a row beside the record: when it was changed, in registrar time, and its comment.
// print tells whether the record still is as the interface has left it.
type rowNote struct {
	at      time.Time
	print   string
	comment string
}

// zoneNote is what the interface keeps beside a zone. Its text has the last edit in the first line and a row in each other one:
// number, moment, print and the comment in quotation marks.
type zoneNote struct {
	edited time.Time // registrar time
	rows   map[zone.RecordID]rowNote
}

// readNote reads a note; a line that cannot be read is left out.
func readNote(text string) zoneNote {
	n := zoneNote{rows: map[zone.RecordID]rowNote{}}
	for line := range strings.Lines(text) {
		f := strings.SplitN(strings.TrimSuffix(line, "\n"), " ", 4)
		if len(f) == 1 {
			n.edited = fromUnix(f[0])
			continue
		}
		id, err := strconv.ParseInt(f[0], 10, 64)
		if err != nil || len(f) < 4 {
			continue
		}
		comment, err := strconv.Unquote(f[3])
		if err == nil {
			n.rows[zone.RecordID(id)] = rowNote{at: fromUnix(f[1]), print: f[2], comment: comment}
		}
	}
	return n
}

func fromUnix(text string) time.Time {
	s, err := strconv.ParseInt(text, 10, 64)
	if err != nil || s == 0 {
		return time.Time{}
	}
	return time.Unix(s, 0)
}

func (n zoneNote) text() string {
	ids := make([]zone.RecordID, 0, len(n.rows))
	for id := range n.rows {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, cmp.Compare)
	var b strings.Builder
	fmt.Fprintf(&b, "%d\n", n.edited.Unix())
	for _, id := range ids {
		r := n.rows[id]
		fmt.Fprintf(&b, "%d %d %s %s\n", id, r.at.Unix(), r.print, strconv.Quote(r.comment))
	}
	return b.String()
}

// printOf is short for what a row's update can change.
func printOf(x zone.Record) string {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d %s", x.TTL, x.Data)
	return strconv.FormatUint(h.Sum64(), 36)
}

// edit notes a change of rows at a moment. comment, when there is one, is that of the row that mine finds; rows that are gone are
// forgotten.
func edit(now time.Time, comment *string, mine func(zone.Record) bool) *command.NoteEdit {
	return &command.NoteEdit{Of: name, Edit: func(text string, v command.StagedView) string {
		was, is := readNote(text), zoneNote{edited: now, rows: map[zone.RecordID]rowNote{}}
		waits := map[zone.RecordID]bool{}
		for _, x := range v.Change.Add {
			waits[x.ID] = true
		}
		for _, x := range v.Records {
			r, noted := was.rows[x.ID]
			changed := waits[x.ID] && r.print != printOf(x)
			if comment != nil && r.comment != *comment && mine(x) {
				r.comment, changed = *comment, true
			}
			if changed {
				r.at, r.print = now, printOf(x)
			}
			if changed || noted {
				is.rows[x.ID] = r
			}
		}
		return is.text()
	}}
}
