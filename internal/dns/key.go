package dns

// A node's key holds the labels of its name below the origin, the one next to the origin first, each with a zero octet behind it.
// Keys as octets are then in the canonical order of names (RFC 4034 §6.1), and a name's key begins with those of all names above
// it. Octets 0 and 1 inside a label are written as two, so that zero ends a label only.

const (
	maxName   = 255
	maxLabels = 127
	maxKey    = 2*maxName + 2
)

// appendLabel adds a label in small letters to a key.
func appendLabel[T ~string | ~[]byte](key []byte, label T) []byte {
	for i := 0; i < len(label); i++ {
		switch c := lower(label[i]); c {
		case 0, 1:
			key = append(key, 1, c+1)
		default:
			key = append(key, c)
		}
	}
	return append(key, 0)
}

// appendKey writes the first n labels of a name in wire form as a key; starts are the offsets of its labels.
func appendKey(key, wire []byte, starts []uint8, n int) []byte {
	for i := n - 1; i >= 0; i-- {
		at := int(starts[i])
		key = appendLabel(key, wire[at+1:at+1+int(wire[at])])
	}
	return key
}

// appendName writes the name that a key stands for in wire form, without what is above the origin.
func appendName(wire []byte, key string) []byte {
	for end := len(key); end > 0; {
		start := end - 1
		for start > 0 && key[start-1] != 0 {
			start--
		}
		at := len(wire)
		wire = append(wire, 0)
		for i := start; i < end-1; i++ {
			if key[i] == 1 {
				i++
				wire = append(wire, key[i]-1)
				continue
			}
			wire = append(wire, key[i])
		}
		wire[at] = byte(len(wire) - at - 1)
		end = start
	}
	return wire
}

// lower folds ASCII letters only (RFC 4343).
func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c | 0x20
	}
	return c
}

// wireName is a name in wire form with the offsets of its labels; the root's is not among them. It is of a fixed size, so that
// none is allocated for a query.
type wireName struct {
	buf    [maxName + 1]byte
	n      int // octets, with the root's zero
	starts [maxLabels + 1]uint8
	labels int
}

func (w *wireName) bytes() []byte { return w.buf[:w.n] }

// from is the name without its first i labels.
func (w *wireName) from(i int) []byte {
	if i >= w.labels {
		return w.buf[w.n-1 : w.n]
	}
	return w.buf[w.starts[i]:w.n]
}

// read takes an uncompressed name from the front of p in small letters and tells its length; 0 when there is none.
func (w *wireName) read(p []byte) int {
	w.n, w.labels = 0, 0
	for i := 0; i < len(p); {
		l := int(p[i])
		if l > 63 || i+l+1 > maxName || i+l+1 > len(p) {
			return 0
		}
		if l == 0 {
			w.buf[i] = 0
			w.n = i + 1
			return w.n
		}
		if i+l+2 > maxName {
			return 0
		}
		w.starts[w.labels] = uint8(i)
		w.labels++
		w.buf[i] = byte(l)
		for j := i + 1; j <= i+l; j++ {
			w.buf[j] = lower(p[j])
		}
		i += l + 1
	}
	return 0
}

// set takes a name that is known to be well-formed.
func (w *wireName) set(first, rest []byte) bool {
	var tmp [2*maxName + 2]byte
	n := copy(tmp[:], first)
	n += copy(tmp[n:], rest)
	return w.read(tmp[:n]) != 0
}
