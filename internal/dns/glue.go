package dns

func (a *asker) want(g glue) {
	if a.nglue < len(a.glue) {
		a.glue[a.nglue] = g
		a.nglue++
	}
}

// addresses adds what is known of the names that the answer mentions: of a referral's servers (those below the cut must be there,
// RFC 9471 §3), of mail exchangers and services as far as there is room.
func (a *asker) addresses() {
	if a.r.flags&flagTC != 0 {
		return
	}
	for i := range a.glue[:a.nglue] {
		g := &a.glue[i]
		if g.ref && !a.addressesOf(g, true) {
			a.r.flags |= flagTC
			return
		}
		a.addressesOf(g, false)
	}
}

// addressesOf adds the addresses of a set's targets: those below the cut, or all others. It reports whether they had room.
func (a *asker) addressesOf(g *glue, below bool) bool {
	lead := 2
	switch g.set.typ {
	case typeMX:
		lead += 2
	case typeSRV:
		lead += 6
	}
	fits := true
	for data := g.set.data; data != ""; {
		var one string
		one, data = next(data)
		key, ok := a.inside(g.s, one[lead:])
		if !ok || (g.ref && within(string(key), g.cut) || g.ref && string(key) == g.cut) != below {
			continue
		}
		n := g.s.find(key)
		if n == nil {
			continue
		}
		for _, typ := range [...]uint16{typeA, typeAAAA} {
			if set := n.set(typ); set != nil {
				fits = a.r.set(inAdditional, a.full.bytes(), set, set.ttl, a.q.do) && fits
			}
		}
	}
	return fits
}

// inside gives the key of a name when it lies in the zone; the name is left in a.full.
func (a *asker) inside(s *Snapshot, name string) ([]byte, bool) {
	n := copy(a.own[:], name)
	if a.full.read(a.own[:n]) == 0 || a.full.labels < s.labels || string(a.full.from(a.full.labels-s.labels)) != s.wire {
		return nil, false
	}
	return appendKey(a.other[:0], a.full.buf[:], a.full.starts[:], a.full.labels-s.labels), true
}
