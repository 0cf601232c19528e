package dmapi

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/zone"
)

// replaceTypes are the types that /nic/replace sets (§12.1).
var replaceTypes = []string{"TXT", "A", "AAAA", "CNAME", "MX", "SRV", "CAA", "NS"}

// nicReplace is /nic/replace: the values become the whole set of a label and type; none removes it.
func nicReplace(n *nicRequest) (nicAnswer, error) {
	user, password, err := n.login()
	if err != nil {
		return nicAnswer{}, err
	}
	typ := strings.ToUpper(n.first("type"))
	if !slices.Contains(replaceTypes, typ) {
		return nicAnswer{}, param("type", "one of "+strings.Join(replaceTypes, ", "))
	}
	origin := strings.TrimSuffix(n.first("zone"), ".")
	if origin == "" {
		return nicAnswer{}, missing("zone")
	}
	u := command.DynamicUpdate{Username: user, Password: password, Zone: origin, Name: n.first("label"), Type: zone.Type(typ), Who: name + " nic/replace"}
	if u.Name == "" {
		u.Name = zone.Apex
	}
	if text := n.first("ttl"); text != "" {
		if u.TTL, err = strconv.Atoi(text); err != nil || u.TTL < leastTTL || u.TTL > zone.MaxTTL {
			return nicAnswer{}, param("ttl", "number of seconds, 60 or more")
		}
	}
	if u.Data, err = n.values(typ); err != nil {
		return nicAnswer{}, err
	}
	if at, err := zone.CanonicalName(u.Name, dname.Name(origin)); err == nil && at == zone.Apex && typ == "NS" {
		return nicAnswer{}, param("label", "name below the zone, whose own name servers cannot be changed")
	}
	out, err := n.d.deps.Runner.DynamicUpdate(n.http.Context(), u)
	if err != nil {
		return nicAnswer{}, err
	}
	return nicAnswer{status: http.StatusOK, body: fmt.Sprintf("OK: %d inserted, %d deleted", out.Inserted, out.Deleted)}, nil
}

// values are the data of all values, once each; one that is empty stands for none.
func (n *nicRequest) values(typ string) ([]string, error) {
	sent := n.pairs.All("value")
	if len(sent) == 0 {
		return nil, param("value", "record data, or nothing to remove the records")
	}
	var out []string
	for _, v := range sent {
		if data := replaceData(typ, v); v != "" && !slices.Contains(out, data) {
			out = append(out, data)
		}
	}
	return out, nil
}

// replaceData is record data of a value, which has no quotation marks.
func replaceData(typ, value string) string {
	switch typ {
	case "TXT":
		return zone.TXT(value)
	case "CNAME", "NS", "MX", "SRV":
		if i := strings.LastIndexByte(value, ' '); !strings.HasSuffix(value, ".") && strings.Contains(value[i+1:], ".") {
			return value + "." // names are absolute, as in a zone's text
		}
	}
	return value
}
