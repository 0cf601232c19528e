package domainrobot

import (
	"fmt"
	"sync/atomic"
	"time"
)

// stids makes server transaction ids of the form YYYYMMDD-<node>-<number> (domainrobot-json.md §3). The node is drawn at random
// for each process and the number only rises, so an id never comes twice.
type stids struct {
	node string
	last atomic.Int64
}

func newStids(node string) *stids { return &stids{node: node} }

// next is a fresh id at wall time.
func (s *stids) next(wall time.Time) string {
	return fmt.Sprintf("%s-%s-%d", wall.UTC().Format("20060102"), s.node, s.last.Add(1))
}
