package dns

import (
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

// maxIncoming bounds the records of a zone that is taken in.
const maxIncoming = 2_000_000

// client asks a master.
type client struct {
	s      *Server
	master zone.Master
	origin dname.Name
	fqdn   string
	key    *tsigKey
	secret map[string]string
}

func (c *client) prepare() error {
	c.fqdn = string(c.origin) + "."
	if c.master.Key == "" {
		return nil
	}
	name, err := packName(strings.ToLower(c.master.Key))
	if c.key = c.s.keys[string(name)]; err != nil || c.key == nil {
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
	d := &mdns.Client{Net: "tcp", TsigSecret: c.secret, Timeout: 10 * time.Second}
	r, _, err := d.ExchangeContext(ctx, m, c.master.Addr.String())
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
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", c.master.Addr.String())
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
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
		if out = append(out, e.RR...); len(out) > maxIncoming && err == nil {
			err = errors.New("a zone with too many records")
			_ = conn.Close()
		}
		if err != nil {
			out = nil
		}
	}
	return out, err
}

// sort makes of a transfer's records either the whole zone, or the changes that lead to it; neither when nothing is newer.
func (c *client) sort(rrs []mdns.RR, serial uint32) (Incoming, []zone.Entry, error) {
	if len(rrs) == 0 {
		return Incoming{}, nil, errors.New("an empty transfer")
	}
	soa, ok := rrs[0].(*mdns.SOA)
	if !ok || !strings.EqualFold(soa.Hdr.Name, c.fqdn) {
		return Incoming{}, nil, errors.New("a transfer that does not begin with the start of authority")
	}
	got := Incoming{SOA: soaOf(soa), Serial: soa.Serial}
	if len(rrs) == 1 {
		if newer(soa.Serial, serial) && serial != 0 {
			return Incoming{}, nil, errors.New("a transfer without records")
		}
		return got, nil, nil
	}
	if first, ok := rrs[1].(*mdns.SOA); ok && len(rrs) > 2 {
		if first.Serial != serial {
			return Incoming{}, nil, errors.New("changes of another state than ours")
		}
		entries, err := c.steps(rrs[1 : len(rrs)-1])
		if err == nil && entries[len(entries)-1].To != soa.Serial {
			err = errors.New("changes that do not lead to the new state")
		}
		return got, entries, err
	}
	for _, rr := range rrs[1 : len(rrs)-1] {
		r, err := c.record(rr)
		if err != nil {
			return Incoming{}, nil, err
		}
		if r.Type == "SOA" {
			return Incoming{}, nil, errors.New("a second start of authority")
		}
		got.Records = append(got.Records, r)
	}
	return got, nil, nil
}

// steps reads the sequences of an incremental transfer (RFC 1995 §4).
func (c *client) steps(rrs []mdns.RR) ([]zone.Entry, error) {
	var out []zone.Entry
	adding := true
	for _, rr := range rrs {
		if soa, ok := rr.(*mdns.SOA); ok {
			if adding = !adding; !adding {
				if n := len(out); n > 0 && out[n-1].To != soa.Serial {
					return nil, errors.New("changes with a gap")
				}
				out = append(out, zone.Entry{From: soa.Serial, Who: "transfer"})
			} else {
				e := &out[len(out)-1]
				e.To, e.SOA = soa.Serial, soaOf(soa)
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

// record turns a transferred record into ours; one outside the zone is an error.
func (c *client) record(rr mdns.RR) (zone.Record, error) {
	h := rr.Header()
	name := strings.ToLower(h.Name)
	rel, ok := strings.CutSuffix(name, "."+c.fqdn)
	if name == c.fqdn {
		rel, ok = zone.Apex, true
	}
	if !ok || h.Class != mdns.ClassINET {
		return zone.Record{}, fmt.Errorf("%s is no record of the zone", h.Name)
	}
	r := zone.Record{Name: rel, TTL: int(h.Ttl & 0x7fffffff)}
	if u, ok := rr.(*mdns.RFC3597); ok {
		r.Type, r.Data = zone.Type(fmt.Sprintf("TYPE%d", h.Rrtype)), fmt.Sprintf(`\# %d %s`, len(u.Rdata)/2, u.Rdata)
		return r, nil
	}
	r.Type = zone.Type(mdns.TypeToString[h.Rrtype])
	r.Data = strings.TrimPrefix(rr.String(), h.String())
	return r, nil
}
