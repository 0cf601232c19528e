package wapi

import (
	"time"
	_ "time/tzdata" // the hour hash needs Prague on machines without zone files
)

// prague is the zone of every date in a reply and of the hour in the hash (wapi.md §2.6, §3).
var prague = mustLoad("Europe/Prague")

func mustLoad(zone string) *time.Location {
	loc, err := time.LoadLocation(zone)
	if err != nil { // the data is embedded
		panic(err)
	}
	return loc
}

// date is YYYY-MM-DD in Prague; "" for no time.
func date(t time.Time) string { return inPrague(t, time.DateOnly) }

// dateTime is YYYY-MM-DD HH:MM:SS in Prague; "" for no time.
func dateTime(t time.Time) string { return inPrague(t, time.DateTime) }

func inPrague(t time.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.In(prague).Format(layout)
}

// dateOrNil is date, with nil for no time.
func dateOrNil(t time.Time) any { return textOrNil(date(t)) }

// textOrNil is null for an empty text, in the places where the reference says "or null".
func textOrNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}
