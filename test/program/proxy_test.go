package program

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/app/ca"
	wire "github.com/polyreg/polyreg/internal/wire/epp"
)

// proxy stands between core and registry: it ends the core's TLS with a certificate of its own authority, reads every frame,
// and can lose one at a chosen moment, as a network does.
type proxy struct {
	t    testing.TB
	addr string
	ca   string // path
	to   string
	trus *tls.Config

	release chan struct{} // closed when late answers may go on

	mu    sync.Mutex
	word  string      // frames of the core that hold it are watched for
	cuts  []moment    // where the next watched exchanges are cut
	hit   chan string // gets the clTRID of each exchange that was cut
	done  map[string]int
	conns map[net.Conn]bool
}

// moment is where an exchange is cut.
type moment int

const (
	beforeRegistry moment = iota // the command has left the core and never reaches the registry
	afterRegistry                // the registry has answered, and the answer never reaches the core
	late                         // the answer waits until release
)

func (m moment) String() string {
	return map[moment]string{beforeRegistry: "before the registry has the command", afterRegistry: "after the registry's answer has left it", late: "late"}[m]
}

// newProxy listens until the test ends.
func newProxy(t testing.TB, registry, registryCA string) *proxy {
	t.Helper()
	own, err := ca.Load(t.TempDir(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	cert, err := own.Issue(time.Now(), "localhost", "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12})
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{t: t, addr: l.Addr().String(), ca: own.Path(), to: registry, trus: &tls.Config{RootCAs: pool(t, registryCA), ServerName: "localhost"},
		release: make(chan struct{}), done: map[string]int{}, conns: map[net.Conn]bool{}}
	var work sync.WaitGroup
	work.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			work.Go(func() { p.relay(c) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		p.cutAll()
		work.Wait()
	})
	return p
}

// watch cuts the next exchanges whose command holds word, one at each moment, and tells their clTRIDs.
func (p *proxy) watch(word string, cuts ...moment) <-chan string {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.word, p.cuts, p.hit = word, cuts, make(chan string, len(cuts))
	return p.hit
}

// caught says whether a frame begins a watched exchange, and where that is to be cut.
func (p *proxy) caught(frame string) (bool, moment, chan string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.cuts) == 0 || !strings.Contains(frame, p.word) {
		return false, 0, nil
	}
	when := p.cuts[0]
	p.cuts = p.cuts[1:]
	return true, when, p.hit
}

// successes is how many commands that hold word the registry has carried out.
func (p *proxy) successes(word string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for frame, times := range p.done {
		if strings.Contains(frame, word) {
			n += times
		}
	}
	return n
}

func (p *proxy) note(c net.Conn, open bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if open {
		p.conns[c] = true
	} else {
		delete(p.conns, c)
	}
}

func (p *proxy) cutAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		c.Close()
	}
}

// clTRID and result code of a frame.
var (
	reTRID = regexp.MustCompile(`<clTRID>([^<]*)</clTRID>`)
	reCode = regexp.MustCompile(`<result code="(\d{4})"`)
)

// relay carries frames one by one: EPP answers each command before the next.
func (p *proxy) relay(core net.Conn) {
	defer core.Close()
	registry, err := tls.Dial("tcp", p.to, p.trus)
	if err != nil {
		return
	}
	defer registry.Close()
	for _, c := range []net.Conn{core, registry} {
		p.note(c, true)
		defer p.note(c, false)
	}
	fromCore, fromRegistry := bufio.NewReader(core), bufio.NewReader(registry)
	greeting, err := wire.ReadFrame(fromRegistry, 0)
	if err != nil || wire.WriteFrame(core, greeting) != nil {
		return
	}
	for p.exchange(core, registry, fromCore, fromRegistry) == nil {
	}
}

func (p *proxy) exchange(core, registry net.Conn, fromCore, fromRegistry *bufio.Reader) error {
	command, err := wire.ReadFrame(fromCore, 0)
	if err != nil {
		return err
	}
	caught, when, hit := p.caught(string(command))
	id := ""
	if m := reTRID.FindSubmatch(command); m != nil {
		id = string(m[1])
	}
	if caught && when == beforeRegistry {
		hit <- id
		return p.silence(fromCore)
	}
	if err := wire.WriteFrame(registry, command); err != nil {
		return err
	}
	answer, err := wire.ReadFrame(fromRegistry, 0)
	if err != nil {
		return err
	}
	if m := reCode.FindSubmatch(answer); m != nil && m[1][0] == '1' {
		p.mu.Lock()
		p.done[string(command)]++
		p.mu.Unlock()
	}
	if caught {
		hit <- id
		if when != late {
			return p.silence(fromCore)
		}
		<-p.release
	}
	return wire.WriteFrame(core, answer)
}

// silence waits until the core has gone.
func (p *proxy) silence(fromCore *bufio.Reader) error {
	_, err := fromCore.ReadByte()
	return fmt.Errorf("cut: %v", err)
}
