package zone

import (
	"fmt"
	"maps"
	"slices"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
)

// Check applies the rules on a whole zone: form of names and data, times to live, one TTL per name and type (RFC 2181 §5.2), no
// duplicates, no data beside a CNAME (RFC 1034 §3.6.2) nor below a DNAME, one DNAME per name (RFC 6672 §2.4), name servers and no
// DS at the origin, at most limit records (0: the default). Errors name the record: "records[3].data". All problems are reported,
// up to twenty.
func Check(origin dname.Name, rs []Record, limit int) *errs.Error {
	var l errs.List
	if limit <= 0 {
		limit = MaxRecords
	}
	if len(rs) > limit {
		return errs.F(errs.QuotaExceeded, "records", "a zone holds at most %d records", limit)
	}
	c := checker{origin: origin, l: &l, ttl: map[key]int{}, seen: map[Record]int{}, names: map[string]*owner{}}
	for i, r := range rs {
		if c.problems >= maxProblems {
			break
		}
		c.record(i, r)
	}
	c.owners()
	err, _ := l.Err().(*errs.Error)
	return err
}

// maxProblems is how many are reported.
const maxProblems = 20

type key struct {
	name string
	typ  Type
}

// owner is what stands at a name.
type owner struct {
	first        int
	cname, dname bool
	others       int
}

type checker struct {
	origin   dname.Name
	l        *errs.List
	ttl      map[key]int
	seen     map[Record]int
	names    map[string]*owner
	problems int
	ns       bool
}

func (c *checker) bad(i int, part, format string, args ...any) {
	c.problems++
	c.l.Add(errs.F(errs.Invalid, fmt.Sprintf("records[%d].%s", i, part), format, args...))
}

func (c *checker) record(i int, r Record) {
	if name, err := CanonicalName(r.Name, c.origin); err != nil || name != r.Name {
		c.bad(i, "name", "%q is not a name below %s", clip(r.Name), c.origin)
		return
	}
	if !r.Type.Valid() {
		c.bad(i, "type", "%q is not a type that is served", clip(string(r.Type)))
		return
	}
	if data, err := Canonical(r.Type, r.Data, c.origin); err != nil {
		c.bad(i, "data", "%s %v", r.Type, err)
		return
	} else if data != r.Data {
		c.bad(i, "data", "is not in its canonical form")
		return
	}
	if r.TTL < 0 || r.TTL > MaxTTL {
		c.bad(i, "ttl", "%d is not a time to live", r.TTL)
	}
	k := key{r.Name, r.Type}
	if have, ok := c.ttl[k]; ok && have != r.TTL {
		c.bad(i, "ttl", "records of one name and type have one time to live: %s %s has %d already", r.Name, r.Type, have)
	} else {
		c.ttl[k] = r.TTL
	}
	bare := Record{Name: r.Name, Type: r.Type, Data: r.Data}
	if _, twice := c.seen[bare]; twice {
		c.bad(i, "data", "the record is there twice")
	}
	c.seen[bare] = i
	c.place(i, r)
}

func (c *checker) place(i int, r Record) {
	o := c.names[r.Name]
	if o == nil {
		o = &owner{first: i}
		c.names[r.Name] = o
	}
	switch r.Type {
	case "CNAME":
		if o.cname {
			c.bad(i, "type", "a name has one CNAME at most")
		}
		if o.cname = true; r.Name == Apex {
			c.bad(i, "type", "the zone's own name cannot be a CNAME")
		}
	case "DNAME":
		if o.dname {
			c.bad(i, "type", "a name has one DNAME at most")
		}
		o.dname = true
		o.others++
	case "DS":
		if o.others++; r.Name == Apex {
			c.bad(i, "type", "the DS of the zone itself stands in the zone above")
		}
	default:
		o.others++
	}
	c.ns = c.ns || r.Name == Apex && r.Type == "NS"
}

func (c *checker) owners() {
	names := slices.SortedFunc(maps.Keys(c.names), func(a, b string) int { return c.names[a].first - c.names[b].first })
	for _, name := range names {
		if c.problems >= maxProblems {
			return
		}
		o := c.names[name]
		if o.cname && o.others > 0 {
			c.bad(o.first, "type", "%s has a CNAME and other records", name)
		}
		for up := Parent(name); up != ""; up = Parent(up) {
			if above := c.names[up]; above != nil && above.dname {
				c.bad(o.first, "name", "%s lies below a DNAME", name)
				break
			}
		}
	}
	if !c.ns && c.problems == 0 {
		c.l.Add(errs.F(errs.Invalid, "records", "the zone has no name servers"))
	}
}
