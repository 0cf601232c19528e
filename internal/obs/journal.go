package obs

import (
	"sync"
	"time"
)

// Entry is one request and its answer as the journal keeps them, or a fault that was injected on purpose on the way of one to a
// registry: then Fault is set, ID is that of the request that it happened to (empty when it happened to none), Dialect, bodies
// and Elapsed are empty, Command is the core's operation and Status the kind of the fault.
type Entry struct {
	Seq     int64     `json:"seq"`     // set by the journal: 1, 2, 3 … without gaps
	ID      string    `json:"id"`      // request id, as in the log
	Time    time.Time `json:"time"`    // wall time at which the request had been read
	Dialect string    `json:"dialect"` // door
	Account string    `json:"account"` // the account's name, empty when unknown
	Command string    `json:"command"`
	Status  string    `json:"status"`               // the dialect's result code
	Request []byte    `json:"request,omitempty"`    // masked by the caller
	Answer  []byte    `json:"answer,omitempty"`     // masked by the caller
	CutOff  bool      `json:"cut_off,omitempty"`    // a body was longer than the journal keeps
	Elapsed int64     `json:"elapsed_us,omitempty"` // microseconds from request to answer
	Fault   *Fault    `json:"fault,omitempty"`
}

// Fault is what was injected where.
type Fault struct {
	Rule      int64  `json:"rule"`
	Kind      string `json:"kind"`
	Latency   string `json:"latency,omitempty"`
	Call      int    `json:"call"` // which exchange that fitted the rule, from 1
	Registry  string `json:"registry"`
	Exchange  string `json:"exchange"` // "domain:create"
	Object    string `json:"object,omitempty"`
	Order     int64  `json:"order,omitempty"`
	Operation string `json:"operation,omitempty"` // the core's word
	Command   string `json:"command,omitempty"`   // the dialect's word
}

func (e *Entry) size() int {
	n := 200
	if f := e.Fault; f != nil {
		n += 150 + len(f.Object)
	}
	return n + len(e.ID) + len(e.Dialect) + len(e.Account) + len(e.Command) + len(e.Status) + len(e.Request) + len(e.Answer)
}

// Journal keeps the latest requests for the operator. All methods may be called from anywhere at once.
type Journal interface {
	// Add keeps an entry, whose bodies must be masked already; the journal owns them from then on.
	Add(Entry)
	// List gives the entries kept with Seq above after, oldest first, at most limit (below 1: all).
	List(after int64, limit int) []Entry
	// Reset drops all entries. Seq goes on.
	Reset()
}

// The defaults of NewRing.
const (
	DefaultEntries = 1000
	DefaultBytes   = 16 << 20
	maxBody        = 64 << 10
)

// Ring is a Journal in memory, bounded by entries and by octets; the oldest entries make room.
type Ring struct {
	mu      sync.Mutex
	entries []Entry // a ring, oldest at head
	head    int
	count   int
	bytes   int
	most    int
	seq     int64
}

// NewRing keeps at most entries entries of at most bytes octets together; zero takes the defaults.
func NewRing(entries, bytes int) *Ring {
	if entries <= 0 {
		entries = DefaultEntries
	}
	if bytes <= 0 {
		bytes = DefaultBytes
	}
	return &Ring{entries: make([]Entry, entries), most: bytes}
}

// Add implements Journal. A body over 64 KiB is cut off.
func (r *Ring) Add(e Entry) {
	body := min(maxBody, r.most/4)
	e.Request, e.CutOff = cut(e.Request, body, e.CutOff)
	e.Answer, e.CutOff = cut(e.Answer, body, e.CutOff)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seq++
	e.Seq = r.seq
	for r.count > 0 && (r.count == len(r.entries) || r.bytes+e.size() > r.most) {
		old := &r.entries[r.head]
		r.bytes -= old.size()
		*old = Entry{}
		r.head = (r.head + 1) % len(r.entries)
		r.count--
	}
	r.entries[(r.head+r.count)%len(r.entries)] = e
	r.count++
	r.bytes += e.size()
}

// cut copies what is kept of a long body, so that the rest can be freed.
func cut(b []byte, most int, already bool) ([]byte, bool) {
	if len(b) <= most {
		return b, already
	}
	return append([]byte(nil), b[:most]...), true
}

// List implements Journal.
func (r *Ring) List(after int64, limit int) []Entry {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make([]Entry, 0, r.count)
	for i := range r.count {
		e := r.entries[(r.head+i)%len(r.entries)]
		if e.Seq <= after {
			continue
		}
		if limit > 0 && len(out) == limit {
			break
		}
		out = append(out, e)
	}
	return out
}

// Reset implements Journal.
func (r *Ring) Reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.entries)
	r.head, r.count, r.bytes = 0, 0, 0
}
