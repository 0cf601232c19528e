package epp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// headerLen is the length of the length field, which counts itself (RFC 5734 §4).
const headerLen = 4

// DefaultLimit is the longest frame taken, header included, where the caller sets no other.
const DefaultLimit = 1 << 20

// ErrFrameSize says that a frame announces a length that is shorter than its header, empty or over the limit. The stream
// cannot be read any further.
var ErrFrameSize = errors.New("epp: frame length not allowed")

// ReadFrame reads one data unit and gives its XML. limit is the greatest length taken, header included; 0 means
// DefaultLimit. io.EOF means that the peer closed between two frames, io.ErrUnexpectedEOF that it closed inside one.
func ReadFrame(r io.Reader, limit int) ([]byte, error) {
	if limit <= 0 {
		limit = DefaultLimit
	}
	var head [headerLen]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	total := uint64(binary.BigEndian.Uint32(head[:]))
	if total <= headerLen || total > uint64(limit) {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrFrameSize, total, limit)
	}
	// The buffer grows with what arrives, so that an announced length alone takes no memory.
	body, err := io.ReadAll(io.LimitReader(r, int64(total-headerLen)))
	if err != nil {
		return nil, err
	}
	if uint64(len(body)) != total-headerLen {
		return nil, io.ErrUnexpectedEOF
	}
	return body, nil
}

// WriteFrame writes one data unit in a single Write.
func WriteFrame(w io.Writer, frame []byte) error {
	if len(frame) == 0 || uint64(len(frame)) > 1<<32-1-headerLen {
		return ErrFrameSize
	}
	out := make([]byte, headerLen, headerLen+len(frame))
	binary.BigEndian.PutUint32(out, uint32(len(frame)+headerLen))
	_, err := w.Write(append(out, frame...))
	return err
}
