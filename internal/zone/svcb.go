package zone

import (
	"encoding/base64"
	"fmt"
	"net/netip"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/dname"
)

// svcKeys are the parameters of RFC 9460 §14.3.2 by number, with those of RFC 9461 §5 and RFC 9540 §4.
var svcKeys = []string{"mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ech", "ipv6hint", "dohpath", "ohttp"}

type svcParam struct {
	key   int
	value string
}

// params reads the parameters of HTTPS and SVCB records (RFC 9460 §2.1), sorted by key.
func params(fs []field, _ dname.Name) (string, error) {
	var list []svcParam
	for i := 0; i < len(fs); i++ {
		name, value, has := strings.Cut(fs[i].text, "=")
		if has && value == "" && i+1 < len(fs) && fs[i+1].quoted { // key="value" is one item in two pieces
			i++
			value = fs[i].text
		}
		key, err := svcKey(name)
		if err != nil {
			return "", err
		}
		v, err := svcValue(key, value, has)
		if err != nil {
			return "", fmt.Errorf("%s %w", name, err)
		}
		list = append(list, svcParam{key, v})
	}
	sort.Slice(list, func(i, j int) bool { return list[i].key < list[j].key })
	if err := svcAllThere(list); err != nil {
		return "", err
	}
	out := make([]string, len(list))
	for i, p := range list {
		if i > 0 && list[i-1].key == p.key {
			return "", fmt.Errorf("%s stands twice", svcName(p.key))
		}
		if out[i] = svcName(p.key); p.value != "" {
			out[i] += "=" + p.value
		}
	}
	return strings.Join(out, " "), nil
}

// svcAllThere checks that what is mandatory is there (RFC 9460 §8).
func svcAllThere(list []svcParam) error {
	if len(list) == 0 || list[0].key != 0 {
		return nil
	}
	for _, name := range strings.Split(list[0].value, ",") {
		if !slices.ContainsFunc(list, func(p svcParam) bool { return svcName(p.key) == name }) {
			return fmt.Errorf("%s is mandatory and not there", name)
		}
	}
	return nil
}

func svcKey(name string) (int, error) {
	name = strings.ToLower(name)
	for i, k := range svcKeys {
		if k == name {
			return i, nil
		}
	}
	if digits, ok := strings.CutPrefix(name, "key"); ok { // 65535 is reserved
		if n, err := strconv.ParseUint(digits, 10, 16); err == nil && n < 65535 && (n == 0 || digits[0] != '0') {
			return int(n), nil
		}
	}
	return 0, fmt.Errorf("%q is not a parameter", clip(name))
}

func svcName(key int) string {
	if key < len(svcKeys) {
		return svcKeys[key]
	}
	return "key" + strconv.Itoa(key)
}

func svcValue(key int, value string, has bool) (string, error) {
	switch key {
	case 2, 8:
		if has {
			return "", fmt.Errorf("takes no value")
		}
		return "", nil
	case 1:
		return svcProtocols(value)
	case 0:
		return svcMandatory(value)
	case 3:
		n, err := strconv.ParseUint(value, 10, 16)
		if err != nil {
			return "", fmt.Errorf("is not a port")
		}
		return strconv.FormatUint(n, 10), nil
	case 4, 6:
		return svcHints(value, key == 6)
	case 5:
		raw, err := base64.StdEncoding.DecodeString(value)
		if err != nil || len(raw) == 0 {
			return "", fmt.Errorf("is not base64")
		}
		return base64.StdEncoding.EncodeToString(raw), nil
	}
	if value == "" && key == 7 {
		return "", fmt.Errorf("needs a value")
	}
	if value == "" {
		return "", nil
	}
	return quote(value), nil
}

// svcProtocols reads a list of protocols; a comma or backslash inside one has a backslash before it (RFC 9460 appendix A.1).
func svcProtocols(value string) (string, error) {
	size := 0
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == ',' && size == 0:
			return "", fmt.Errorf("has a protocol without a name")
		case c == ',':
			size = 0
			continue
		case c == '\\':
			if i++; i == len(value) || value[i] != ',' && value[i] != '\\' {
				return "", fmt.Errorf(`has a \ that stands for nothing`)
			}
		}
		if size++; size > maxString {
			return "", fmt.Errorf("has a protocol of more than %d octets", maxString)
		}
	}
	if size == 0 {
		return "", fmt.Errorf("has a protocol without a name")
	}
	return quote(value), nil
}

func svcMandatory(value string) (string, error) {
	var keys []int
	for _, name := range strings.Split(value, ",") {
		k, err := svcKey(name)
		if err != nil || k == 0 {
			return "", fmt.Errorf("names no parameters")
		}
		keys = append(keys, k)
	}
	sort.Ints(keys)
	names := make([]string, len(keys))
	for i, k := range keys {
		if i > 0 && keys[i-1] == k {
			return "", fmt.Errorf("names a parameter twice")
		}
		names[i] = svcName(k)
	}
	return strings.Join(names, ","), nil
}

func svcHints(value string, six bool) (string, error) {
	var out []string
	for _, s := range strings.Split(value, ",") {
		a, err := netip.ParseAddr(s)
		if err != nil || a.Zone() != "" || a.Is4() == six || a.Is4In6() {
			return "", fmt.Errorf("has %q, which is not an address of its family", clip(s))
		}
		out = append(out, a.String())
	}
	return strings.Join(out, ","), nil
}
