package dns

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/zone"
)

// Config is what a Server needs. Zero values of numbers and durations stand for the defaults.
type Config struct {
	Source   Source
	Sink     Sink          // nil: secondary zones are served as the Source has them, and never fetched
	Clocks   *clock.Clocks // wall time: deadlines, TSIG, rate limits, timers of secondary zones
	Log      *slog.Logger
	Observer Observer // nil: nobody

	Listen  []string // addresses for UDP and TCP alike ("127.0.0.1:8753"); port 0 picks a free one
	Readers int      // goroutines per UDP socket; default 2
	MaxUDP  int      // largest answer over UDP in octets, 512 to 4096; default 1232
	NSID    string   // told to whoever asks (RFC 5001); empty for none
	RRL     int      // answers a second over UDP to one network (/24, /56) and of one kind; 0 is no limit; loopback has none

	MaxConns     int           // TCP connections at once; default 1000
	MaxConnsEach int           // of those from one address; default 100
	Idle         time.Duration // a TCP connection without a query; default 10 s
	Loaders      int           // zones that are read at once at the start; default 4
	Poll         time.Duration // the change feed is looked at this often even when nobody wakes; default 10 s

	Keys        []Key          // TSIG keys: of who may transfer every zone, of secondaries, of masters
	AllowXFR    []netip.Prefix // who may transfer every zone without a key
	Secondaries []Secondary    // who is told of changes (RFC 1996)
	Catalog     dname.Name     // origin of the catalog zone (RFC 9432); empty for none
	NotifyRetry time.Duration  // first wait for the answer to a NOTIFY, doubled at each of the retries; default 2 s
	RetryFloor  time.Duration  // secondary zones are asked for no more often than this; default 10 s
	MaxRecords  int            // of a secondary zone, those of DNSSEC apart; default zone.MaxRecords
	MaxIncoming int            // octets of one transfer of a secondary zone; default 256 MiB
	// AnyMaster lets zones come from every address. Without it those of this machine and of private networks are not asked: their
	// owners are customers, who may not reach what lies behind.
	AnyMaster bool
}

// Secondary is a name server that transfers zones from here.
type Secondary struct {
	Addr netip.AddrPort
	Key  string // name of the key that NOTIFY is signed with; empty for none
}

// Server is the name server.
type Server struct {
	cfg   Config
	zones *zones
	keys  map[string]*tsigKey
	limit *rateLimit

	changes sync.Mutex // held by who changes the set of zones
	feed    int64
	failed  map[dname.Name]bool // zones that are to be read again
	catalog *catalog
	wake    chan struct{}
	ready   atomic.Bool
	tell    *teller
	fetch   *fetcher

	udp    []*net.UDPConn
	tcp    []*net.TCPListener
	addrs  []netip.AddrPort
	conns  conns
	slots  chan struct{} // transfers that read the journal for a UDP query
	stop   context.CancelFunc
	tasks  sync.WaitGroup
	closed atomic.Bool
}

// New checks the configuration.
func New(cfg Config) (*Server, error) {
	if cfg.Source == nil || cfg.Clocks == nil || cfg.Log == nil {
		return nil, errors.New("dns: a server needs Source, Clocks and Log")
	}
	orElse(&cfg.Readers, 2)
	orElse(&cfg.MaxUDP, defaultUDP)
	orElse(&cfg.MaxConns, 1000)
	orElse(&cfg.MaxConnsEach, 100)
	orElse(&cfg.Loaders, 4)
	orElse(&cfg.Idle, 10*time.Second)
	orElse(&cfg.Poll, 10*time.Second)
	orElse(&cfg.NotifyRetry, 2*time.Second)
	orElse(&cfg.RetryFloor, 10*time.Second)
	orElse(&cfg.MaxRecords, zone.MaxRecords)
	orElse(&cfg.MaxIncoming, 256<<20)
	if cfg.MaxUDP < minUDP || cfg.MaxUDP > 4096 {
		return nil, fmt.Errorf("dns: answers over UDP of %d octets: 512 to 4096 are possible", cfg.MaxUDP)
	}
	if len(cfg.NSID) > 128 {
		return nil, errors.New("dns: an NSID of more than 128 octets")
	}
	if cfg.Observer == nil {
		cfg.Observer = quiet{}
	}
	keys, err := readKeys(cfg.Keys)
	if err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, zones: newZones(), keys: keys, limit: newRateLimit(cfg.RRL, cfg.Clocks.Wall), wake: make(chan struct{}, 1), slots: make(chan struct{}, 8)}
	s.conns.each = map[netip.Prefix]int{}
	if s.tell, err = newTeller(s); err != nil {
		return nil, err
	}
	s.fetch = newFetcher(s)
	if cfg.Catalog != "" {
		if s.catalog, err = newCatalog(cfg.Catalog); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func orElse[T int | time.Duration](v *T, usual T) {
	if *v <= 0 {
		*v = usual
	}
}

// Start opens the sockets, reads all zones, and then answers; it returns when the server is ready. ctx is for the start alone.
func (s *Server) Start(ctx context.Context) error {
	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.stop = stop
	for _, addr := range s.cfg.Listen {
		if err := s.listen(ctx, addr); err != nil {
			s.close()
			return err
		}
	}
	if err := s.loadAll(ctx); err != nil {
		s.close()
		return err
	}
	s.ready.Store(true)
	s.run(func() { s.watch(run) })
	s.run(func() { s.follow(run) })
	s.run(func() { s.tell.run(run) })
	s.run(func() { s.fetch.run(run) })
	for _, c := range s.udp {
		for range s.cfg.Readers {
			s.run(func() { s.serveUDP(c) })
		}
	}
	for _, l := range s.tcp {
		s.run(func() { s.serveTCP(run, l) })
	}
	return nil
}

func (s *Server) run(f func()) {
	s.tasks.Add(1)
	go func() {
		defer s.tasks.Done()
		f()
	}()
}

// listen opens one address for UDP and TCP, at the same port.
func (s *Server) listen(ctx context.Context, addr string) error {
	var lc net.ListenConfig
	for try := 0; ; try++ {
		l, err := lc.Listen(ctx, "tcp", addr)
		if err != nil {
			return fmt.Errorf("dns: %w", err)
		}
		c, err := lc.ListenPacket(ctx, "udp", l.Addr().String())
		if err != nil {
			_ = l.Close()
			if errors.Is(err, syscall.EADDRINUSE) && try < 20 { // a free port of TCP's that UDP has in use
				if _, port, _ := net.SplitHostPort(addr); port == "0" {
					continue
				}
			}
			return fmt.Errorf("dns: %w", err)
		}
		udp := c.(*net.UDPConn)
		_ = udp.SetReadBuffer(4 << 20) // as much as the system gives
		_ = udp.SetWriteBuffer(4 << 20)
		s.tcp, s.udp = append(s.tcp, l.(*net.TCPListener)), append(s.udp, udp)
		s.addrs = append(s.addrs, udp.LocalAddr().(*net.UDPAddr).AddrPort())
		return nil
	}
}

// Addrs are the addresses that the server listens on, in the order of Config.Listen.
func (s *Server) Addrs() []netip.AddrPort { return s.addrs }

// Ready reports whether all zones were read.
func (s *Server) Ready() bool { return s.ready.Load() }

// Zones counts the zones that are served, the catalog zone not among them.
func (s *Server) Zones() int { return int(s.zones.count.Load()) - s.catalog.count() }

// Serial is the serial that a zone is answered with; false when it is not served.
func (s *Server) Serial(origin dname.Name) (uint32, bool) {
	wire, err := packName(string(origin))
	if err != nil {
		return 0, false
	}
	if snap := s.zones.get(wire); snap != nil {
		return snap.serial, true
	}
	return 0, false
}

// Shutdown stops the server; transfers that run are given until ctx ends.
func (s *Server) Shutdown(ctx context.Context) error {
	s.close()
	done := make(chan struct{})
	go func() {
		s.tasks.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		s.conns.closeAll()
		<-done
		return ctx.Err()
	}
}

func (s *Server) close() {
	if s.closed.Swap(true) {
		return
	}
	if s.stop != nil {
		s.stop()
	}
	for _, c := range s.udp {
		_ = c.Close()
	}
	for _, l := range s.tcp {
		_ = l.Close()
	}
	s.conns.closeIdle(s.cfg.Clocks.Wall())
}
