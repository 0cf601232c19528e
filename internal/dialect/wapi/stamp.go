package wapi

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"sync"
	"time"
)

// stamp is what a reply says about its moment, in wall time.
type stamp struct {
	unix   int64
	svTRID string
}

// stamper makes stamps. svTRID is <unix seconds>.<fraction, 4 digits>.<worker>.1, as recorded (wapi.md §2.5).
type stamper struct {
	mu     sync.Mutex
	worker int64 // this process's lowest worker number
	last   int64 // tenths of milliseconds
	extra  int64 // stamps given for last besides the first
}

// firstWorker draws a process's lowest worker number, so that two nodes rarely share one.
func firstWorker() int64 {
	var b [2]byte
	_, _ = rand.Read(b[:]) // never fails
	return 1000 + int64(binary.BigEndian.Uint16(b[:]))%8000
}

// next never gives the same svTRID twice: a second stamp of one tick bears the next worker's number.
func (s *stamper) next(wall time.Time) stamp {
	s.mu.Lock()
	defer s.mu.Unlock()
	tick := wall.UnixMicro() / 100
	if tick > s.last {
		s.last, s.extra = tick, 0
	} else {
		tick = s.last
		s.extra++
	}
	return stamp{tick / 10_000, svTRID(tick, s.worker+s.extra)}
}

func svTRID(tick, worker int64) string {
	return fmt.Sprintf("%d.%04d.%d.1", tick/10_000, tick%10_000, worker)
}
