package bench

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// client sends prepared requests over one kept connection: no more than that, for it runs on the same processors as what is
// measured.
type client struct {
	addr  string
	trust *x509.CertPool // nil: no TLS
	most  int            // requests on one connection, 0 for no end
	conn  net.Conn
	in    *bufio.Reader
	sent  int
	body  bytes.Buffer
}

// exchange sends a request and gives the answer's head and body; the body lasts until the next one.
func (c *client) exchange(request []byte) (*http.Response, []byte, error) {
	if c.conn != nil && c.most > 0 && c.sent >= c.most {
		c.close()
	}
	if c.conn == nil {
		if err := c.dial(); err != nil {
			return nil, nil, err
		}
	}
	c.sent++
	res, err := c.once(request)
	if err != nil {
		c.close()
		return nil, nil, err
	}
	return res, c.body.Bytes(), nil
}

func (c *client) once(request []byte) (*http.Response, error) {
	if err := c.conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		return nil, err
	}
	if _, err := c.conn.Write(request); err != nil {
		return nil, err
	}
	res, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return nil, err
	}
	c.body.Reset()
	if _, err := io.Copy(&c.body, res.Body); err != nil {
		return nil, err
	}
	return res, res.Body.Close()
}

func (c *client) dial() (err error) {
	if c.trust == nil {
		c.conn, err = net.Dial("tcp", c.addr)
	} else {
		c.conn, err = tls.Dial("tcp", c.addr, &tls.Config{RootCAs: c.trust, ServerName: "localhost", MinVersion: tls.VersionTLS12,
			ClientSessionCache: sessions})
	}
	c.in, c.sent = bufio.NewReader(c.conn), 0
	return err
}

// sessions are the TLS sessions that connections take up again, as real clients do.
var sessions = tls.NewLRUClientSessionCache(64)

func (c *client) close() {
	if c.conn != nil {
		c.conn.Close()
		c.conn = nil
	}
}

// httpRequest writes a request of HTTP/1.1; headers are "Name: value".
func httpRequest(method, target, body string, headers ...string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: localhost\r\n", method, target)
	for _, h := range headers {
		b.WriteString(h + "\r\n")
	}
	if method == http.MethodPost {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(body))
	}
	b.WriteString("\r\n" + body)
	return b.Bytes()
}
