package autodns

import (
	"strings"
	"time"
	_ "time/tzdata" // the provider's zone must be known on machines without a zone database
)

// berlin is the zone of all times on the wire, which say none themselves (autodns-xml.md §6.1).
var berlin = mustLocation("Europe/Berlin")

func mustLocation(zone string) *time.Location {
	l, err := time.LoadLocation(zone)
	if err != nil { // the zone database is part of the program
		panic(err)
	}
	return l
}

const stampLayout = "2006-01-02 15:04:05"

// stamp is a time as the gateway writes it; empty for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(berlin).Format(stampLayout)
}

// changed is when an object was last changed: when it was made if never.
func changed(created, updated time.Time) time.Time {
	if updated.IsZero() {
		return created
	}
	return updated
}

// spanForms are the forms of times that clients send; cut-off ones stand for the whole span that they begin
// (autodns-xml.md §5.1).
var spanForms = []struct {
	layout string
	next   func(time.Time) time.Time
}{
	{time.RFC3339Nano, plus(time.Second)}, {"2006-01-02T15:04:05.000-0700", plus(time.Second)},
	{stampLayout, plus(time.Second)}, {"2006-01-02T15:04:05", plus(time.Second)},
	{"2006-01-02 15:04", plus(time.Minute)}, {"2006-01-02 15", plus(time.Hour)},
	{"2006-01-02", func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }},
	{"2006-01", func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }},
	{"2006", func(t time.Time) time.Time { return t.AddDate(1, 0, 0) }},
}

func plus(d time.Duration) func(time.Time) time.Time {
	return func(t time.Time) time.Time { return t.Add(d) }
}

// span reads a time, whole or cut off, also with asterisks at its end, and gives the span it stands for: from inclusive, to
// exclusive.
func span(text string) (from, to time.Time, ok bool) {
	text = strings.TrimRight(strings.TrimSpace(text), "*%-: T.")
	for _, f := range spanForms {
		if t, err := time.ParseInLocation(f.layout, text, berlin); err == nil {
			return t.UTC(), f.next(t).UTC(), true
		}
	}
	return time.Time{}, time.Time{}, false
}

// sameDay reports whether a time that a client sent is on the same day as t, by the provider's calendar.
func sameDay(text string, t time.Time) (same, ok bool) {
	from, _, ok := span(text)
	return ok && from.In(berlin).Format(time.DateOnly) == t.In(berlin).Format(time.DateOnly), ok
}
