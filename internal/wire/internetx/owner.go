package internetx

import (
	"strings"
	"time"
)

// Owner is what the holder of a gTLD domain has to agree to a change of (autodns-xml.md §9.1, domainrobot-json.md §8.2).
type Owner struct{ Name, Organization, Email string }

// Same reports whether two owners differ in case and white space alone.
func (o Owner) Same(other Owner) bool {
	return sameText(o.Name, other.Name) && sameText(o.Organization, other.Organization) && sameText(o.Email, other.Email)
}

func sameText(a, b string) bool {
	return strings.EqualFold(strings.Join(strings.Fields(a), " "), strings.Join(strings.Fields(b), " "))
}

// ProofStatus is how far the proof of an owner's address has come, in both interfaces' words: done and failed are when it was
// given or was not in time, zero for not so far (autodns-xml.md §12.2, domainrobot-json.md §9.3).
func ProofStatus(done, failed time.Time) string {
	switch {
	case !done.IsZero():
		return "SUCCESS"
	case !failed.IsZero():
		return "FAILED"
	}
	return "PENDING"
}
