package opensrs

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/app/ca"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

// listener is a running Serve.
type listener struct {
	d    *Dialect
	addr string
	stop context.CancelFunc
	done chan error
}

func serve(t testing.TB, w *dialecttest.World, change func(*Dialect)) *listener {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := New(w.Deps())
	d.timing.silence = 100 * time.Millisecond
	if change != nil {
		change(d)
	}
	ctx, cancel := context.WithCancel(context.Background())
	l := &listener{d: d, addr: ln.Addr().String(), stop: cancel, done: make(chan error, 1)}
	go func() { l.done <- d.Serve(ctx, ln) }()
	t.Cleanup(func() {
		cancel()
		<-l.done
	})
	return l
}

func (l *listener) dial(t testing.TB) net.Conn {
	t.Helper()
	nc, err := net.Dial("tcp", l.addr)
	if err != nil {
		t.Fatal(err)
	}
	nc.SetDeadline(time.Now().Add(10 * time.Second))
	t.Cleanup(func() { nc.Close() })
	return nc
}

// exchange sends octets and reads to the end of the stream.
func (l *listener) exchange(t testing.TB, octets string) string {
	t.Helper()
	nc := l.dial(t)
	if _, err := io.WriteString(nc, octets); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(nc)
	if err != nil {
		t.Fatalf("%v after %q", err, got)
	}
	return string(got)
}

const balanceBody = `<?xml version='1.0' encoding="UTF-8"?><OPS_envelope><header><version>0.9</version></header><body><data_block><dt_assoc><item key="protocol">XCP</item><item key="action">GET_BALANCE</item><item key="object">BALANCE</item></dt_assoc></data_block></body></OPS_envelope>`

func signature(body string) string { return Signature([]byte(body), dialecttest.OpenSRSKey) }

// head is the head of a request as most clients send it.
func head(first, body string, more ...string) string {
	lines := append([]string{first, "X-Username: " + dialecttest.OpenSRSUser, "X-Signature: " + signature(body), "Content-Type: text/xml",
		"Content-Length: " + strconv.Itoa(len(body))}, more...)
	return strings.Join(lines, "\r\n") + "\r\n\r\n"
}

var answerForm = regexp.MustCompile(`^HTTP/1\.1 200 OK\r\nDate: [A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT\r\nServer: polyreg\r\nContent-Length: (\d+)\r\nContent-Type: text/xml\r\n\r\n(?s:(<\?xml .*))$`)

// check verifies the exact form of one answer and its code.
func check(t testing.TB, got, code string) {
	t.Helper()
	m := answerForm.FindStringSubmatch(got)
	if m == nil {
		t.Fatalf("not the form of an answer: %q", got)
	}
	if n, _ := strconv.Atoi(m[1]); n != len(m[2]) || !strings.HasSuffix(got, "</OPS_envelope>") {
		t.Fatalf("Content-Length %d for %d octets", n, len(m[2]))
	}
	expect(t, parsed(t, []byte(m[2])), code, "")
	// myadmin takes line 18 of the stream for the text (opensrs.md §2.2).
	if line := strings.Split(got, "\n")[17]; !strings.Contains(line, `<item key="response_text">`) {
		t.Errorf("line 18 is %q", line)
	}
}

// The deviations of shipped clients, each to be taken (opensrs.md §2.1 and §10).
func TestTolerance(t *testing.T) {
	t.Parallel()
	l := serve(t, dialecttest.New(t), nil)
	lower := func(s string) string {
		return strings.NewReplacer("X-Username", "x-username", "X-Signature", "X-SIGNATURE", "Content-Length", "content-length").Replace(s)
	}
	umlaut := strings.Replace(balanceBody, "</dt_assoc>", `<item key="registrant_ip">é ü €</item></dt_assoc>`, 1)
	counted := strconv.Itoa(len([]rune(umlaut)))
	short := func(first, body string) string {
		return strings.Replace(head(first, body), "Content-Length: "+strconv.Itoa(len(body)), "Content-Length: "+counted, 1) + body
	}
	blanks := umlaut + "\n\n\n\n\n\n\n\n"
	cases := map[string]string{
		"php toolkit: HTTP/1.0 without Host":     head("POST / HTTP/1.0", balanceBody) + balanceBody,
		"myadmin: method in small letters":       head("post / HTTP/1.0", balanceBody) + balanceBody,
		"E-NOISE: host name for a target":        head("POST rr-n1-tor.opensrs.net HTTP/1.0", balanceBody) + balanceBody,
		"absolute target":                        head("POST https://127.0.0.1:55443/ HTTP/1.1", balanceBody, "Connection: close") + balanceBody,
		"deaduseful: bare line feeds":            strings.ReplaceAll(head("POST / HTTP/1.0", balanceBody), "\r\n", "\n") + balanceBody,
		"header names in any case":               lower(head("POST / HTTP/1.0", balanceBody)) + balanceBody,
		"moo_moo: blanks before the declaration": head("POST / HTTP/1.0", "\n  "+balanceBody) + "\n  " + balanceBody,
		"Net::OpenSRS: Connection: TE, close":    head("POST / HTTP/1.1", balanceBody, "Host: horizon.test:1", "TE: deflate,gzip;q=0.3", "Connection: TE, close") + balanceBody,
		"length in characters, HTTP/1.0":         short("post / HTTP/1.0", umlaut),
		"length in characters, HTTP/1.1":         short("POST / HTTP/1.1", umlaut),
		"length in characters, blanks behind":    strings.Replace(head("POST / HTTP/1.0", blanks), "Content-Length: "+strconv.Itoa(len(blanks)), "Content-Length: "+strconv.Itoa(len([]rune(blanks))), 1) + blanks,
		"no length":                              strings.Replace(head("POST / HTTP/1.0", balanceBody), "Content-Length: ", "X-Nothing: ", 1) + balanceBody,
		"chunked": strings.Replace(head("POST / HTTP/1.1", balanceBody, "Connection: close"), "Content-Length: "+strconv.Itoa(len(balanceBody)), "Transfer-Encoding: chunked", 1) +
			fmt.Sprintf("%x;ext=1\r\n%s\r\n%X\n%s\n0\r\nTrailer: x\r\n\r\n", 10, balanceBody[:10], len(balanceBody)-10, balanceBody[10:]),
		"twice the same header": strings.Replace(head("POST / HTTP/1.0", balanceBody), "X-Username", "X-Username: wrong\r\nX-Username", 1) + balanceBody,
		"a folded header":       head("POST / HTTP/1.0", balanceBody, "X-Long: a", " b") + balanceBody,
		"a line that is none":   head("POST / HTTP/1.0", balanceBody, "nonsense") + balanceBody,
		"charset, Keep-Alive":   head("POST / HTTP/1.0", balanceBody, "Keep-Alive: false", "Accept: text/xml") + balanceBody,
		"an empty line before":  "\r\n\r\n" + head("POST / HTTP/1.0", balanceBody) + balanceBody,
		"more than announced":   head("POST / HTTP/1.0", balanceBody) + balanceBody + "\r\n",
	}
	for name, octets := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, l.exchange(t, octets), "200")
		})
	}
}

func TestUnusableRequests(t *testing.T) {
	t.Parallel()
	l := serve(t, dialecttest.New(t), nil)
	big := strings.Repeat("x", MaxBody+1)
	exact := strings.Replace(balanceBody, "</OPS_envelope>", "<!--"+strings.Repeat("x", MaxBody-len(balanceBody)-7)+"--></OPS_envelope>", 1)
	if len(exact) != MaxBody {
		t.Fatal(len(exact))
	}
	chunked := strings.Replace(head("POST / HTTP/1.1", ""), "Content-Length: 0", "Transfer-Encoding: chunked", 1)
	for name, c := range map[string]struct{ octets, code string }{
		"GET":                      {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
		"no request line":          {"hello\r\n\r\n", "400"},
		"HTTP/2":                   {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "400"},
		"no body":                  {head("POST / HTTP/1.0", ""), "400"},
		"no signature":             {"POST / HTTP/1.0\r\nX-Username: alphareseller\r\nContent-Length: " + strconv.Itoa(len(balanceBody)) + "\r\n\r\n" + balanceBody, "401"},
		"wrong signature":          {strings.Replace(head("POST / HTTP/1.0", balanceBody), signature(balanceBody), strings.Repeat("0", 32), 1) + balanceBody, "401"},
		"the largest body":         {head("POST / HTTP/1.0", exact) + exact, "200"},
		"one octet over the limit": {head("POST / HTTP/1.0", big) + big, "465"},
		"absurd length":            {"POST / HTTP/1.0\r\nContent-Length: 99999999999999999999999\r\n\r\n", "465"},
		"length that is no number": {"POST / HTTP/1.0\r\nContent-Length: ten\r\n\r\n", "400"},
		"long request line":        {"POST /" + strings.Repeat("x", maxLine) + " HTTP/1.0\r\n\r\n", "400"},
		"many headers":             {"POST / HTTP/1.0\r\n" + strings.Repeat("A: b\r\n", maxHeaders+1) + "\r\n", "400"},
		"long head":                {"POST / HTTP/1.0\r\n" + strings.Repeat("A: "+strings.Repeat("b", 4000)+"\r\n", 12) + "\r\n", "400"},
		"broken chunk":             {chunked + "zz\r\n", "400"},
		"chunks over the limit":    {chunked + "200000\r\n", "465"},
		"only empty lines":         {strings.Repeat("\r\n", maxBlank+2), "400"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, l.exchange(t, c.octets), c.code)
		})
	}
	t.Run("body cut short", func(t *testing.T) {
		nc := l.dial(t)
		io.WriteString(nc, head("POST / HTTP/1.0", balanceBody)+balanceBody[:100])
		nc.(*net.TCPConn).CloseWrite()
		got, _ := io.ReadAll(nc)
		check(t, string(got), "401")
	})
}

// readAnswer reads one answer of a connection that stays open.
func readAnswer(t testing.TB, br *bufio.Reader) string {
	t.Helper()
	var out strings.Builder
	length := 0
	for {
		line, err := br.ReadString('\n')
		if err != nil {
			t.Fatalf("%v after %q", err, out.String())
		}
		out.WriteString(line)
		if v, ok := strings.CutPrefix(line, "Content-Length: "); ok {
			length, _ = strconv.Atoi(strings.TrimSpace(v))
		}
		if line == "\r\n" {
			break
		}
	}
	if _, err := io.CopyN(&out, br, int64(length)); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestKeepAlive(t *testing.T) {
	t.Parallel()
	l := serve(t, dialecttest.New(t), nil)
	request := head("POST / HTTP/1.1", balanceBody, "Host: x") + balanceBody
	nc := l.dial(t)
	br := bufio.NewReader(nc)
	go io.WriteString(nc, strings.Repeat(request, maxCommands+1)) // pipelined too
	for range maxCommands {
		check(t, readAnswer(t, br), "200")
	}
	rest, err := io.ReadAll(br)
	if err != nil {
		t.Fatal(err)
	}
	check(t, string(rest), "350")

	quit := strings.NewReplacer("GET_BALANCE", "QUIT", "BALANCE", "SESSION").Replace(balanceBody)
	check(t, l.exchange(t, head("POST / HTTP/1.1", quit)+quit), "200")
}

func TestExpect(t *testing.T) {
	t.Parallel()
	l := serve(t, dialecttest.New(t), nil)
	nc := l.dial(t)
	br := bufio.NewReader(nc)
	io.WriteString(nc, head("POST / HTTP/1.1", balanceBody, "Expect: 100-continue", "Connection: close"))
	line, err := br.ReadString('\n')
	if blank, _ := br.ReadString('\n'); err != nil || line != "HTTP/1.1 100 Continue\r\n" || blank != "\r\n" {
		t.Fatal(line, err)
	}
	io.WriteString(nc, balanceBody)
	rest, _ := io.ReadAll(br)
	check(t, string(rest), "200")
	check(t, l.exchange(t, "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 9999999\r\n\r\n"), "465")
}

// Head and body come in one write, for clients that read but once.
func TestOneWrite(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	client, served := net.Pipe()
	s := &server{d: New(w.Deps()), conns: map[*conn]struct{}{}, of: map[account.ID]int{}}
	go (&conn{s: s, nc: served}).serve(context.Background())
	go io.WriteString(client, head("POST / HTTP/1.0", balanceBody)+balanceBody)
	buf := make([]byte, 64<<10)
	n, err := client.Read(buf) // a pipe gives exactly one write
	if err != nil {
		t.Fatal(err)
	}
	// A pipe has no address, which no rule allows; the form of the answer is what counts here.
	check(t, string(buf[:n]), "400")
	client.Close()
}

func TestLifetime(t *testing.T) {
	t.Parallel()
	l := serve(t, dialecttest.New(t), func(d *Dialect) { d.timing.lifetime = 300 * time.Millisecond })
	nc := l.dial(t)
	if got, err := io.ReadAll(nc); err != nil || len(got) > 0 {
		t.Errorf("idle: %q %v", got, err)
	}
	check(t, l.exchange(t, head("POST / HTTP/1.0", balanceBody)+balanceBody), "200")
}

func TestShutdown(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	started, release := make(chan struct{}), make(chan struct{})
	l := serve(t, w, func(d *Dialect) {
		d.Observe(func(ctx context.Context, _ netip.Addr) (context.Context, func([]byte, []byte)) {
			close(started)
			<-release
			return ctx, func([]byte, []byte) {}
		})
	})
	idle, busy := l.dial(t), l.dial(t)
	io.WriteString(busy, head("POST / HTTP/1.1", balanceBody)+balanceBody)
	<-started
	l.stop()
	if got, err := io.ReadAll(idle); err != nil || len(got) > 0 {
		t.Errorf("idle: %q %v", got, err)
	}
	close(release)
	got, err := io.ReadAll(busy)
	if err != nil {
		t.Fatal(err)
	}
	check(t, string(got), "200")
	if err := <-l.done; err != nil {
		t.Error(err)
	}
	l.done <- nil
	if _, err := net.Dial("tcp", l.addr); err == nil {
		t.Error("still listening")
	}
}

// Over TLS the name of the handshake stands for the host that HTTP/1.0 clients do not send.
func TestTLS(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	authority, err := ca.Load(t.TempDir(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	cert, err := authority.Issue(time.Now(), "horizon.opensrs.net", "rr-n1-tor.opensrs.net")
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	var journal []byte
	d := New(w.Deps())
	d.Observe(func(ctx context.Context, _ netip.Addr) (context.Context, func([]byte, []byte)) {
		return ctx, func(request, answer []byte) { journal = append(d.Mask(request), d.Mask(answer)...) }
	})
	go func() { done <- d.Serve(ctx, tls.NewListener(ln, &tls.Config{Certificates: []tls.Certificate{cert}})) }()
	for host, code := range map[string]string{"rr-n1-tor.opensrs.net": "200", "horizon.opensrs.net": "401"} {
		nc, err := tls.Dial("tcp", ln.Addr().String(), &tls.Config{RootCAs: authority.Pool(), ServerName: host})
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(nc, head("POST / HTTP/1.0", balanceBody)+balanceBody)
		got, err := io.ReadAll(nc)
		if err != nil {
			t.Fatal(err)
		}
		check(t, string(got), code)
		nc.Close()
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if !bytes.Contains(journal, []byte("GET_BALANCE")) || bytes.Contains(journal, []byte(signature(balanceBody))) {
		t.Errorf("journal: %s", journal)
	}
}

func TestConnectionLimit(t *testing.T) {
	t.Parallel()
	l := serve(t, dialecttest.New(t), func(d *Dialect) { d.deps.LiveLimits = true })
	request := head("POST / HTTP/1.1", balanceBody) + balanceBody
	for range maxConnsOfOne {
		nc := l.dial(t)
		io.WriteString(nc, request)
		check(t, readAnswer(t, bufio.NewReader(nc)), "200")
	}
	check(t, l.exchange(t, head("POST / HTTP/1.0", balanceBody)+balanceBody), "310")
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	c := newClient(dialecttest.New(t, dialecttest.Limits))
	codes := map[string]int{}
	for range 40 {
		codes[c.do(t, "GET_BALANCE", "BALANCE", nil).str("response_code")]++
	}
	if codes["200"] < 5 || codes["300"] < 5 {
		t.Error(codes)
	}
}
