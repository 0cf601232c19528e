package zone

import (
	"fmt"
	"slices"
	"strings"
)

// Text is a zone file (RFC 1035 §5) that ParseText reads back to the same: $ORIGIN and $TTL, the SOA first, the rest sorted.
func Text(z Zone, rs []Record) string {
	var b strings.Builder
	fmt.Fprintf(&b, "$ORIGIN %s.\n$TTL %d\n", z.Origin, z.TTL)
	fmt.Fprintf(&b, "@\t%d\tIN\tSOA\t%s\n", z.SOA.TTL, z.SOA.Data(z.Serial))
	for _, r := range Sorted(rs) {
		fmt.Fprintf(&b, "%s\t%d\tIN\t%s\t%s\n", r.Name, r.TTL, r.Type, r.Data)
	}
	return b.String()
}

// Sorted gives records by name (CompareNames), type (the origin's NS first), data and number.
func Sorted(rs []Record) []Record {
	out := slices.Clone(rs)
	slices.SortFunc(out, compare)
	return out
}

func compare(a, b Record) int {
	if d := CompareNames(a.Name, b.Name); d != 0 {
		return d
	}
	if first := a.Name == Apex && a.Type == "NS"; first != (b.Name == Apex && b.Type == "NS") {
		if first {
			return -1
		}
		return 1
	}
	if d := strings.Compare(string(a.Type), string(b.Type)); d != 0 {
		return d
	}
	if d := strings.Compare(a.Data, b.Data); d != 0 {
		return d
	}
	return int(a.ID - b.ID)
}
