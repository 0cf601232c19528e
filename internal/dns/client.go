package dns

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	mdns "github.com/miekg/dns"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/zone"
)

// client asks a master.
type client struct {
	s      *Server
	master zone.Master
	origin dname.Name
	fqdn   string
	key    *tsigKey
	secret map[string]string
	most   int // records of the zone's own
	octets int // of one answer
}

var (
	errTooMany = errors.New("a zone with too many records")
	errTooBig  = errors.New("a transfer of too many octets")
)

func (c *client) prepare() error {
	c.fqdn = string(c.origin) + "."
	c.most, c.octets = c.s.cfg.MaxRecords, c.s.cfg.MaxIncoming
	if c.master.Key == "" {
		return nil
	}
	if c.key = c.s.key(c.master.Key); c.key == nil {
		return fmt.Errorf("there is no key %q", c.master.Key)
	}
	c.secret = map[string]string{c.keyName(): base64.StdEncoding.EncodeToString(c.key.secret)}
	return nil
}

func (c *client) keyName() string {
	return strings.ToLower(strings.TrimSuffix(c.key.config.Name, ".")) + "."
}

func (c *client) sign(m *mdns.Msg) {
	if c.key != nil {
		m.SetTsig(c.keyName(), c.key.config.Algorithm+".", tsigFudge, c.s.cfg.Clocks.Wall().Unix())
	}
}

// soa asks for the start of authority.
func (c *client) soa(ctx context.Context) (*mdns.SOA, error) {
	m := new(mdns.Msg)
	m.SetQuestion(c.fqdn, mdns.TypeSOA)
	m.RecursionDesired = false
	c.sign(m)
	conn, release, err := c.dial(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	d := &mdns.Client{Net: "tcp", TsigSecret: c.secret, Timeout: 10 * time.Second}
	r, _, err := d.ExchangeWithConnContext(ctx, m, &mdns.Conn{Conn: conn})
	if err != nil {
		return nil, err
	}
	if err := c.signed(r); err != nil {
		return nil, err
	}
	if r.Rcode != mdns.RcodeSuccess || !r.Authoritative {
		return nil, fmt.Errorf("asked for the start of authority, it answers %s", mdns.RcodeToString[r.Rcode])
	}
	for _, rr := range r.Answer {
		if soa, ok := rr.(*mdns.SOA); ok && strings.EqualFold(soa.Hdr.Name, c.fqdn) {
			return soa, nil
		}
	}
	return nil, errors.New("it has no start of authority")
}

// signed refuses an answer without the signature that was asked for; one that is there was checked.
func (c *client) signed(r *mdns.Msg) error {
	if c.key != nil && r.IsTsig() == nil {
		return errors.New("an answer that is not signed")
	}
	return nil
}

// transfer reads the records of a transfer in their order.
func (c *client) transfer(ctx context.Context, kind string, serial uint32) ([]mdns.RR, error) {
	m := new(mdns.Msg)
	if kind == "ixfr" {
		m.SetIxfr(c.fqdn, serial, "invalid.", "invalid.")
	} else {
		m.SetAxfr(c.fqdn)
	}
	c.sign(m)
	conn, release, err := c.dial(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	t := &mdns.Transfer{Conn: &mdns.Conn{Conn: conn}, ReadTimeout: 30 * time.Second, WriteTimeout: 10 * time.Second, TsigSecret: c.secret}
	in, err := t.In(m, c.master.Addr.String())
	if err != nil {
		return nil, err
	}
	var out []mdns.RR
	for e := range in {
		if err == nil {
			err = e.Error
		}
		if out = append(out, e.RR...); len(out) > c.room() && err == nil {
			err = errTooMany
			_ = conn.Close()
		}
		if err != nil {
			out = nil
		}
	}
	if err != nil && conn.left <= 0 {
		err = errTooBig
	}
	return out, err
}

// room is how many records a transfer may have: each of a zone's own may come and go in one, with signature and chain.
func (c *client) room() int { return 8*c.most + 1000 }

// dial connects to the master until the context ends; no more than c.octets are read.
func (c *client) dial(ctx context.Context) (conn *bounded, release func(), err error) {
	if a := c.master.Addr.Addr().Unmap(); !c.s.cfg.AnyMaster && (!a.IsGlobalUnicast() || a.IsPrivate()) {
		return nil, nil, errors.New("an address of a private network is not asked")
	}
	d := net.Dialer{Timeout: 10 * time.Second}
	tcp, err := d.DialContext(ctx, "tcp", c.master.Addr.String())
	if err != nil {
		return nil, nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = tcp.Close() })
	return &bounded{Conn: tcp, left: c.octets}, func() { stop(); _ = tcp.Close() }, nil
}

// bounded is a connection that no more than so many octets are read from.
type bounded struct {
	net.Conn
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooBig
	}
	n, err := b.Conn.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// ends checks that a transfer is whole: it begins and ends with the same start of authority.
func (c *client) ends(rrs []mdns.RR) (*mdns.SOA, error) {
	if len(rrs) == 0 {
		return nil, errors.New("an empty transfer")
	}
	first, ok := rrs[0].(*mdns.SOA)
	if !ok || !strings.EqualFold(first.Hdr.Name, c.fqdn) {
		return nil, errors.New("a transfer that does not begin with the start of authority")
	}
	last, ok := rrs[len(rrs)-1].(*mdns.SOA)
	if !ok || !strings.EqualFold(last.Hdr.Name, c.fqdn) || last.Serial != first.Serial {
		return nil, errors.New("a transfer that does not end with the start of authority that it began with")
	}
	return first, nil
}

// sort makes of the records of an incremental transfer either the whole zone, or the changes that lead to it from a serial; neither
// when nothing is newer.
func (c *client) sort(rrs []mdns.RR, serial uint32) (Incoming, []zone.Entry, error) {
	soa, err := c.ends(rrs)
	if err != nil {
		return Incoming{}, nil, err
	}
	if len(rrs) == 1 {
		if newer(soa.Serial, serial) {
			return Incoming{}, nil, errors.New("a transfer without records")
		}
		return Incoming{SOA: soaOf(soa), Serial: soa.Serial}, nil, nil
	}
	first, ok := rrs[1].(*mdns.SOA)
	if !ok || len(rrs) == 2 {
		got, err := c.whole(rrs)
		return got, nil, err
	}
	if first.Serial != serial {
		return Incoming{}, nil, errors.New("changes of another state than ours")
	}
	entries, err := c.steps(rrs[1 : len(rrs)-1])
	if err == nil && entries[len(entries)-1].To != soa.Serial {
		err = errors.New("changes that do not lead to the new state")
	}
	if err != nil {
		return Incoming{}, nil, err
	}
	return Incoming{SOA: soaOf(soa), Serial: soa.Serial}, entries, nil
}

// whole reads the records of a full transfer (RFC 5936 §2.2).
func (c *client) whole(rrs []mdns.RR) (Incoming, error) {
	soa, err := c.ends(rrs)
	if err != nil {
		return Incoming{}, err
	}
	if len(rrs) == 1 {
		return Incoming{}, errors.New("a transfer without records")
	}
	got := Incoming{SOA: soaOf(soa), Serial: soa.Serial, Records: make([]zone.Record, 0, len(rrs)-2)}
	own, servers := 0, false
	for _, rr := range rrs[1 : len(rrs)-1] {
		r, err := c.record(rr)
		if err != nil {
			return Incoming{}, err
		}
		if r.Type == "SOA" {
			return Incoming{}, errors.New("a second start of authority")
		}
		if !r.Type.Extra() {
			own++
		}
		servers = servers || r.Name == zone.Apex && r.Type == "NS"
		got.Records = append(got.Records, r)
	}
	if own > c.most {
		return Incoming{}, fmt.Errorf("%w: %d", errTooMany, own)
	}
	if !servers {
		return Incoming{}, errors.New("a zone without name servers")
	}
	return got, nil
}

// steps reads the sequences of an incremental transfer (RFC 1995 §4); the first record is a start of authority.
func (c *client) steps(rrs []mdns.RR) ([]zone.Entry, error) {
	var out []zone.Entry
	adding := true
	for _, rr := range rrs {
		if soa, ok := rr.(*mdns.SOA); ok {
			if adding = !adding; !adding {
				if n := len(out); n > 0 && out[n-1].To != soa.Serial {
					return nil, errors.New("changes with a gap")
				}
				out = append(out, zone.Entry{From: soa.Serial, Before: soaOf(soa), Who: "transfer"})
				continue
			}
			e := &out[len(out)-1]
			if e.To, e.SOA = soa.Serial, soaOf(soa); !newer(e.To, e.From) {
				return nil, errors.New("changes that lead back")
			}
			continue
		}
		r, err := c.record(rr)
		if err != nil {
			return nil, err
		}
		e := &out[len(out)-1]
		if adding {
			e.Change.Add = append(e.Change.Add, r)
		} else {
			e.Change.Remove = append(e.Change.Remove, r)
		}
	}
	if !adding {
		return nil, errors.New("changes without an end")
	}
	return out, nil
}

func soaOf(s *mdns.SOA) zone.SOA {
	name := func(n string) dname.Name { return dname.Name(strings.TrimSuffix(strings.ToLower(n), ".")) }
	return zone.SOA{MName: name(s.Ns), RName: string(name(s.Mbox)), Refresh: int(s.Refresh), Retry: int(s.Retry), Expire: int(s.Expire), Minimum: int(s.Minttl), TTL: int(s.Hdr.Ttl)}
}

// record turns a transferred record into ours; one outside the zone is an error, and so is one that no zone holds. What does not
// come through its usual form unchanged is written as that of a type that nobody knows (RFC 3597 §5).
func (c *client) record(rr mdns.RR) (zone.Record, error) {
	h := rr.Header()
	name := strings.ToLower(h.Name)
	rel, ok := strings.CutSuffix(name, "."+c.fqdn)
	if name == c.fqdn {
		rel, ok = zone.Apex, true
	}
	if !ok || h.Class != mdns.ClassINET || h.Rrtype == 0 || h.Rrtype == typeOPT || h.Rrtype >= typeTKEY && h.Rrtype <= typeANY {
		return zone.Record{}, fmt.Errorf("%s is no record of the zone", h.Name)
	}
	wire, err := wireData(rr)
	if err != nil {
		return zone.Record{}, err
	}
	r := zone.Record{Name: rel, TTL: int(h.Ttl & 0x7fffffff), Type: zone.Type(mdns.TypeToString[h.Rrtype]), Data: strings.TrimPrefix(rr.String(), h.String())}
	if _, unknown := rr.(*mdns.RFC3597); !unknown && r.Type != "" {
		if ours, err := packData(h.Rrtype, string(r.Type), r.Data); err == nil && bytes.Equal(ours, wire) {
			return r, nil
		}
	}
	r.Type, r.Data = zone.Type(fmt.Sprintf("TYPE%d", h.Rrtype)), fmt.Sprintf(`\# %d %X`, len(wire)-2, wire[2:])
	return r, nil
}
