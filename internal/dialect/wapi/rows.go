package wapi

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
	"github.com/polyreg/polyreg/internal/zone"
)

// Times to live of rows, in seconds (wapi.md §7.5).
const (
	minTTL = 300
	maxTTL = 172_800
)

// maxRowComment bounds a row's comment, in characters.
const maxRowComment = 255

// historyBack is how many changes of a zone are looked through for the date of a row.
const historyBack = 1000

// showRows gives rows as objects, by name in capital letters and number (wapi.md §7.5).
func (c *call) showRows(ctx context.Context, v command.StagedView, records []zone.Record) ([]jsonx.Obj, error) {
	text, err := c.d.runner.ZoneNote(ctx, v.Zone, name)
	if err != nil {
		return nil, err
	}
	note := readNote(text)
	dates, err := c.rowDates(ctx, v, note, records)
	if err != nil {
		return nil, err
	}
	records = slices.Clone(records)
	slices.SortFunc(records, func(a, b zone.Record) int {
		return cmp.Or(strings.Compare(strings.ToUpper(showName(a.Name)), strings.ToUpper(showName(b.Name))), cmp.Compare(a.ID, b.ID))
	})
	list := make([]jsonx.Obj, len(records))
	for i, x := range records {
		list[i] = jsonx.Obj{{"ID", strconv.FormatInt(int64(x.ID), 10)}, {"name", showName(x.Name)}, {"ttl", showTTL(x)}, {"rdtype", string(x.Type)},
			{"rdata", showData(x.Type, x.Data)}, {"changed_date", dateTime(dates[x.ID])}, {"author_comment", note.rows[x.ID].comment}}
	}
	return list, nil
}

// rowDates tells when rows were changed: as noted, where they still are as this interface has left them, else when they came into
// the zone.
func (c *call) rowDates(ctx context.Context, v command.StagedView, note zoneNote, records []zone.Record) (map[zone.RecordID]time.Time, error) {
	dates, open := map[zone.RecordID]time.Time{}, map[zone.RecordID]bool{}
	for _, x := range records {
		if r := note.rows[x.ID]; r.print == printOf(x) {
			dates[x.ID] = r.at
		} else {
			dates[x.ID], open[x.ID] = v.Zone.Created, true
		}
	}
	for _, x := range v.Change.Add {
		if open[x.ID] {
			dates[x.ID] = v.Zone.StagedAt
			delete(open, x.ID)
		}
	}
	if len(open) == 0 {
		return dates, nil
	}
	entries, err := do(ctx, c, command.ZoneHistory{Origin: string(v.Zone.Origin), Limit: historyBack})
	if err != nil {
		return nil, err
	}
	for _, e := range entries { // youngest first
		for _, x := range e.Change.Add {
			if open[x.ID] && !e.At.IsZero() {
				dates[x.ID] = e.At
				delete(open, x.ID)
			}
		}
	}
	return dates, nil
}

// rowsOf are the rows among the records of a zone.
func rowsOf(records []zone.Record) []zone.Record {
	return slices.DeleteFunc(slices.Clone(records), func(x zone.Record) bool { return !isRow(x) })
}

// row finds the row of the parameter row_id.
func (c *call) row(v command.StagedView) (zone.Record, error) {
	id, err := strconv.ParseInt(c.text("row_id"), 10, 64)
	if err != nil {
		return zone.Record{}, noRow
	}
	for _, x := range v.Records {
		if int64(x.ID) == id && isRow(x) {
			return x, nil
		}
	}
	return zone.Record{}, noRow
}

func showTTL(x zone.Record) string { return strconv.Itoa(x.TTL) }

// readTTL reads a time to live: a whole number within the bounds.
func readTTL(word string) (int, error) {
	n, err := strconv.Atoi(word)
	if err != nil {
		if errors.Is(err, strconv.ErrRange) {
			return 0, ttlOutside
		}
		return 0, badTTL
	}
	if n < minTTL || n > maxTTL {
		return 0, ttlOutside
	}
	return n, nil
}

// comment reads the comment of a row under any of its names; nil when there is none.
func (c *call) comment() (*string, error) {
	for _, p := range []string{"auth_comment", "author_comment", "comment"} {
		if !c.params.Get(p).Given() {
			continue
		}
		t := c.text(p)
		if utf8.RuneCountInString(t) > maxRowComment || !contact.Lines(t) || strings.ContainsFunc(t, unicode.IsControl) {
			return nil, paramMismatch
		}
		return &t, nil
	}
	return nil, nil
}

// rowEdit is what a command does to the rows of a zone; without a note nothing is to be done.
type rowEdit struct {
	change zone.Change
	note   *command.NoteEdit
}

// editRows stages a change of rows that depends on those that are there. It is made anew a few times when another change comes in
// between.
func (c *call) editRows(ctx context.Context, text string, make func(v command.StagedView) (rowEdit, error)) error {
	return command.Contend(overtaken, func() error {
		v, err := c.openPrimary(ctx, text)
		if err != nil {
			return err
		}
		e, err := make(v)
		if err != nil || e.note == nil {
			return err
		}
		_, err = do(ctx, c, command.StageZone{Origin: string(v.Zone.Origin), Change: e.change, Note: e.note})
		return err
	})
}

// overtaken reports whether a change does not fit any more because others were faster.
func overtaken(err error) bool {
	var e *errs.Error
	return errors.As(err, &e) && (e.Kind == errs.Conflict || strings.HasPrefix(e.Field, "remove[") || strings.HasSuffix(e.Field, "].ttl"))
}

// withTTL has the other rows of a row's name and type share its time to live; they keep their numbers.
func withTTL(c zone.Change, row zone.Record, records []zone.Record) zone.Change {
	for _, x := range records {
		if x.ID == row.ID || x.Name != row.Name || x.Type != row.Type || x.TTL == row.TTL {
			continue
		}
		c.Remove = append(c.Remove, x)
		x.TTL = row.TTL
		c.Add = append(c.Add, x)
	}
	return c
}
