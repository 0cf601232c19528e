package dns

import (
	"context"
	"errors"

	"github.com/polyreg/polyreg/internal/zone"
)

var errTooLong = errors.New("dns: a record that is longer than a message")

// difference is what leads from an earlier serial to a snapshot, as one step (RFC 1995 §5).
type difference struct {
	old       packed // the start of authority before
	gone, new []packed
}

// difference asks the journal; nil when it does not reach back, or when the whole zone would be shorter.
func (s *Server) difference(ctx context.Context, snap *Snapshot, from uint32) *difference {
	entries, ok, err := s.journal(ctx, snap, from)
	if err != nil {
		s.cfg.Log.Error("dns: the journal cannot be read", "zone", snap.head.Origin, "error", err)
	}
	if err != nil || !ok {
		return nil
	}
	if entries = leading(entries, from, snap.serial); entries == nil || entries[0].Before == (zone.SOA{}) {
		return nil // without the start of authority before there is nothing that the asker would know again
	}
	gone, added := condense(entries)
	if len(gone)+len(added) > snap.records {
		return nil
	}
	var d difference
	origin := string(snap.head.Origin)
	if d.old, err = packSOA(origin, entries[0].Before, from); err == nil {
		if d.gone, err = packAll(origin, gone); err == nil {
			d.new, err = packAll(origin, added)
		}
	}
	if err != nil {
		s.cfg.Log.Error("dns: the journal holds what cannot be sent", "zone", snap.head.Origin, "error", err)
		return nil
	}
	return &d
}

// leading are the entries that lead from one serial to another without a gap; nil when there are none.
func leading(entries []zone.Entry, from, to uint32) []zone.Entry {
	for i, e := range entries {
		if e.From != from {
			return nil
		}
		if from = e.To; from == to {
			return entries[:i+1]
		}
	}
	return nil
}

// condense leaves out what was added and taken away again.
func condense(entries []zone.Entry) (gone, added []zone.Record) {
	net := map[zone.Record]int{} // +1 added, -1 gone
	var order []zone.Record
	for _, e := range entries {
		for i, list := range [][]zone.Record{e.Change.Remove, e.Change.Add} {
			for _, r := range list {
				r.ID = 0
				if _, ok := net[r]; !ok {
					order = append(order, r)
				}
				net[r] += 2*i - 1
			}
		}
	}
	for _, r := range order {
		switch n := net[r]; {
		case n < 0:
			gone = append(gone, r)
		case n > 0:
			added = append(added, r)
		}
	}
	return gone, added
}

func packAll(origin string, list []zone.Record) ([]packed, error) {
	out := make([]packed, len(list))
	for i := range list {
		var err error
		if out[i], err = pack(origin, &list[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// each gives the records in the order in which they are sent (RFC 1995 §4).
func (d *difference) each(s *Snapshot, put func(owner []byte, typ uint16, ttl uint32, rdata string) error) error {
	soa, origin := s.soa(), []byte(s.wire)
	if err := put(origin, typeSOA, soa.ttl, soa.data); err != nil {
		return err
	}
	if err := put(origin, typeSOA, d.old.ttl, string(d.old.rdata)); err != nil {
		return err
	}
	if err := putAll(s, d.gone, put); err != nil {
		return err
	}
	if err := put(origin, typeSOA, soa.ttl, soa.data); err != nil {
		return err
	}
	if err := putAll(s, d.new, put); err != nil {
		return err
	}
	return put(origin, typeSOA, soa.ttl, soa.data)
}

func putAll(s *Snapshot, list []packed, put func(owner []byte, typ uint16, ttl uint32, rdata string) error) error {
	for _, p := range list {
		typ := p.typ
		if p.sig {
			typ = typeRRSIG
		}
		if err := put(append(appendName(nil, p.key), s.wire...), typ, p.ttl, string(p.rdata)); err != nil {
			return err
		}
	}
	return nil
}
