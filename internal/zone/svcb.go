package zone

import (
	"encoding/base64"
	"fmt"
	"net/netip"
	"sort"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/dname"
)

// svcKeys are the parameters of RFC 9460 §14.3.2 by number.
var svcKeys = []string{"mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ech", "ipv6hint"}

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

func svcKey(name string) (int, error) {
	name = strings.ToLower(name)
	for i, k := range svcKeys {
		if k == name {
			return i, nil
		}
	}
	if n, err := strconv.Atoi(strings.TrimPrefix(name, "key")); err == nil && strings.HasPrefix(name, "key") && n >= 0 && n < 65535 {
		return n, nil
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
	case 2:
		if has {
			return "", fmt.Errorf("takes no value")
		}
		return "", nil
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
		if raw, err := base64.StdEncoding.DecodeString(value); err != nil || len(raw) == 0 {
			return "", fmt.Errorf("is not base64")
		}
		return value, nil
	}
	if value == "" && key == 1 {
		return "", fmt.Errorf("needs a value")
	}
	if value == "" {
		return "", nil
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
		names[i] = svcName(k)
	}
	return strings.Join(names, ","), nil
}

func svcHints(value string, six bool) (string, error) {
	var out []string
	for _, s := range strings.Split(value, ",") {
		a, err := netip.ParseAddr(s)
		if err != nil || a.Zone() != "" || a.Is4() == six {
			return "", fmt.Errorf("has %q, which is not an address of its family", clip(s))
		}
		out = append(out, a.String())
	}
	return strings.Join(out, ","), nil
}
