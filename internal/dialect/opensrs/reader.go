package opensrs

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/errs"
)

// Limits of a request's head. Its lines are those of a handful of headers.
const (
	maxLine    = 8 << 10
	maxHead    = 32 << 10
	maxHeaders = 100
	maxBlank   = 16 // empty lines before a request line
)

var errHead = refuse(errs.Malformed, 400, "Invalid Command: the HTTP request cannot be read")

// httpRequest is a request's head and body as far as it was read.
type httpRequest struct {
	raw    bytes.Buffer // head as sent, for the journal
	method string       // in capitals
	target string
	keep   bool // the connection stays open
	header map[string]string
	body   []byte
}

// readHead reads the request line and headers. It takes what shipped clients send (opensrs.md §2.1): methods in small
// letters, targets that are no path, HTTP/1.0 without Host, bare line feeds, header names in any case; the last of several
// headers of one name counts. io.EOF means that the client left between requests.
func readHead(br *bufio.Reader) (*httpRequest, error) {
	q := &httpRequest{header: map[string]string{}}
	line := ""
	for n := 0; line == ""; n++ {
		var err error
		if line, err = readLine(br, &q.raw); err != nil {
			if errors.Is(err, io.EOF) && q.raw.Len() > n*2 {
				err = io.ErrUnexpectedEOF
			}
			return q, err
		}
		if n >= maxBlank {
			return q, errHead
		}
	}
	parts := strings.Fields(line)
	if len(parts) != 3 || !strings.HasPrefix(strings.ToUpper(parts[2]), "HTTP/1.") {
		return q, errHead
	}
	q.method, q.target = strings.ToUpper(parts[0]), parts[1]
	if err := q.readHeaders(br); err != nil {
		return q, err
	}
	q.keep = !strings.EqualFold(parts[2], "HTTP/1.0") && !hasToken(q.header["connection"], "close")
	return q, nil
}

func (q *httpRequest) readHeaders(br *bufio.Reader) error {
	last := ""
	for n := 0; ; n++ {
		line, err := readLine(br, &q.raw)
		switch {
		case err != nil:
			return noEOF(err)
		case line == "":
			return nil
		case n >= maxHeaders || q.raw.Len() > maxHead:
			return errHead
		}
		if (line[0] == ' ' || line[0] == '\t') && last != "" { // a folded line
			q.header[last] += " " + strings.TrimSpace(line)
			continue
		}
		field, value, ok := strings.Cut(line, ":")
		if !ok {
			continue // what is no header does no harm
		}
		last = strings.ToLower(strings.TrimSpace(field))
		q.header[last] = strings.TrimSpace(value)
	}
}

// readLine reads up to a line feed, without it and a carriage return before it.
func readLine(br *bufio.Reader, raw *bytes.Buffer) (string, error) {
	var line []byte
	for {
		part, err := br.ReadSlice('\n')
		line = append(line, part...)
		raw.Write(part)
		switch {
		case len(line) > maxLine || raw.Len() > maxHead+maxLine:
			return "", errHead
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil:
			return "", err
		}
		return strings.TrimSuffix(strings.TrimSuffix(string(line), "\n"), "\r"), nil
	}
}

func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func hasToken(header, token string) bool {
	for _, t := range strings.Split(header, ",") {
		if strings.EqualFold(strings.TrimSpace(t), token) {
			return true
		}
	}
	return false
}

// bodyLength is the announced length; -1 for a chunked body.
func (q *httpRequest) bodyLength() (int, error) {
	if hasToken(q.header["transfer-encoding"], "chunked") {
		return -1, nil
	}
	s := q.header["content-length"]
	if s == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(s, 10, 63)
	switch {
	case err != nil && !errors.Is(err, strconv.ErrRange):
		return 0, errHead
	case err != nil || n > MaxBody:
		return 0, errTooLarge
	}
	return int(n), nil
}

// readBody reads the body of the announced length. A client that left early has sent what it has sent: the signature, which
// covers the whole body, is the judge of that.
func (q *httpRequest) readBody(br *bufio.Reader, length int) error {
	if length < 0 {
		return q.readChunks(br)
	}
	var buf bytes.Buffer
	_, err := io.CopyN(&buf, br, int64(length))
	q.body = buf.Bytes()
	if errors.Is(err, io.EOF) {
		q.keep, err = false, nil
	}
	return err
}

// readChunks reads a chunked body and its trailer (RFC 9112 §7.1).
func (q *httpRequest) readChunks(br *bufio.Reader) error {
	var buf, lines bytes.Buffer
	for {
		line, err := readLine(br, &lines)
		if err != nil {
			return noEOF(err)
		}
		size, _, _ := strings.Cut(line, ";")
		n, err := strconv.ParseUint(strings.TrimSpace(size), 16, 32)
		if err != nil {
			return errHead
		}
		if n == 0 {
			break
		}
		if uint64(buf.Len())+n > MaxBody {
			return errTooLarge
		}
		if _, err := io.CopyN(&buf, br, int64(n)); err != nil {
			return noEOF(err)
		}
		if line, err = readLine(br, &lines); err != nil || line != "" {
			return errors.Join(errHead, err)
		}
		lines.Reset()
	}
	q.body = buf.Bytes()
	for n := 0; n < maxHeaders; n++ {
		if line, err := readLine(br, &lines); err != nil || line == "" {
			return noEOF(err)
		}
	}
	return errHead
}
