package dmapi

import (
	"slices"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/domain"
)

// maxKeys is how many ds parameters there are (§14).
const maxKeys = 6

// keyTLDs are those whose registries take keys; all others take DS records (§7.3.8).
var keyTLDs = []string{"de", "eu", "xn--e1a4c", "xn--qxa6a", "be", "nl", "cz"}

// takesKeys reports which of the two forms a TLD takes.
func takesKeys(tld string) bool { return slices.Contains(keyTLDs, tld) }

// dnssec reads dnssec and ds-1 to ds-6 (§7.3.8): nil for no change, an empty one to remove all keys.
func (rq *request) dnssec(tld string) (*domain.DNSSEC, error) {
	if rq.form.get("dnssec") == "" {
		if n := rq.anyKeyParam(); n != "" {
			return nil, param("dnssec", "1 (together with "+n+")")
		}
		return nil, nil
	}
	on, err := rq.form.truth("dnssec", false)
	if err != nil {
		return nil, err
	}
	if !on {
		if n := rq.anyKeyParam(); n != "" {
			return nil, param(n, "no value (dnssec is 0)")
		}
		return &domain.DNSSEC{}, nil
	}
	return rq.keys(tld)
}

// anyKeyParam is the first ds parameter that was sent.
func (rq *request) anyKeyParam() string {
	for _, n := range rq.form.names {
		if _, err := strconv.Atoi(strings.TrimPrefix(n, "ds-")); err == nil && strings.HasPrefix(n, "ds-") && rq.form.get(n) != "" {
			return clip(n)
		}
	}
	return ""
}

// keys reads the keys, gapless from ds-1 on.
func (rq *request) keys(tld string) (*domain.DNSSEC, error) {
	var out domain.DNSSEC
	var problems []error
	n := 0
	for n < maxKeys && rq.form.get("ds-"+strconv.Itoa(n+1)) != "" {
		n++
		problems = append(problems, rq.readKey("ds-"+strconv.Itoa(n), takesKeys(tld), &out))
	}
	if n == 0 {
		return nil, missing("ds-1")
	}
	for _, name := range rq.form.names {
		i, err := strconv.Atoi(strings.TrimPrefix(name, "ds-"))
		switch {
		case err != nil || !strings.HasPrefix(name, "ds-") || rq.form.get(name) == "":
		case i > maxKeys || i < 1:
			problems = append(problems, param(clip(name), "no value (keys are ds-1 to ds-6)"))
		case i > n:
			problems = append(problems, missing("ds-"+strconv.Itoa(n+1)))
		}
	}
	return &out, join(problems...)
}

// readKey reads one key in the form that the TLD takes.
func (rq *request) readKey(name string, key bool, out *domain.DNSSEC) error {
	form := "keytag:algorithm:digest-type:digest"
	if key {
		form = "protocol:algorithm:flags:public-key"
	}
	parts := strings.SplitN(rq.form.get(name), ":", 4)
	if len(parts) != 4 {
		return param(name, form)
	}
	var nums [3]int
	for i := range nums {
		v, err := strconv.ParseUint(strings.TrimSpace(parts[i]), 10, 16)
		if err != nil {
			return param(name, form)
		}
		nums[i] = int(v)
	}
	last := strings.Join(strings.Fields(parts[3]), "")
	if last == "" {
		return param(name, form)
	}
	if key {
		out.Keys = append(out.Keys, domain.Key{Protocol: nums[0], Alg: nums[1], Flags: nums[2], PubKey: last})
	} else {
		out.DS = append(out.DS, domain.DS{KeyTag: nums[0], Alg: nums[1], DigestType: nums[2], Digest: strings.ToUpper(last)})
	}
	return nil
}

// keyParam is the parameter that a core field below "dnssec" came from: ".ds[0].digest" is of ds-1.
func keyParam(at string) string {
	_, rest, _ := strings.Cut(at, "[")
	digits, _, _ := strings.Cut(rest, "]")
	if n, err := strconv.Atoi(digits); err == nil {
		return "ds-" + strconv.Itoa(n+1)
	}
	return "dnssec"
}
