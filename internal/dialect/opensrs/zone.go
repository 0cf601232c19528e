package opensrs

import (
	"time"
	_ "time/tzdata" // a machine need not have the zone's rules
)

// torontoZone is the zone of order lists and transaction ids (opensrs.md §4.5).
var torontoZone = mustLoad("America/Toronto")

func mustLoad(zone string) *time.Location {
	l, err := time.LoadLocation(zone)
	if err != nil { // the rules are part of the program
		panic(err)
	}
	return l
}

// inToronto is the start of a calendar day there.
func inToronto(day time.Time) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, torontoZone)
}
