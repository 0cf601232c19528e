package autodns

import (
	"fmt"
	"sync/atomic"
	"time"
)

// stids makes server transaction ids: date, node and a running number (autodns-xml.md §3.1). The node is drawn at random for
// each process and the number only rises, so an id never comes twice.
type stids struct {
	node string
	last atomic.Int64
}

func newStids(node string) *stids {
	s := &stids{node: node}
	s.last.Store(100_000)
	return s
}

// next is a fresh id at wall time; the day is the provider's.
func (s *stids) next(wall time.Time) string {
	return fmt.Sprintf("%s-%s-%d", wall.In(berlin).Format("20060102"), s.node, s.last.Add(1))
}
