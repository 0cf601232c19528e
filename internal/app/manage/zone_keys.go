package manage

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/zone"
)

// zoneKey is a key of a signed zone; its private half is never shown. Times are registrar time.
type zoneKey struct {
	Tag       int    `json:"tag"`
	Role      string `json:"role"` // "ksk", "zsk"
	Algorithm int    `json:"algorithm"`
	State     string `json:"state"` // "published", "active", "retired"
	Since     string `json:"since"` // when it came into that state
	Record    string `json:"dnskey"`
}

// signing is how a zone is signed.
type signing struct {
	Zone    string    `json:"zone"`
	Signed  bool      `json:"signed"`
	Leaving bool      `json:"leaving"` // it is being unsigned
	NSEC3   bool      `json:"nsec3"`
	Keys    []zoneKey `json:"keys"`
	DS      []string  `json:"ds"`    // what the parent shall have
	Trust   []string  `json:"trust"` // what validators may start from
	Waits   bool      `json:"waits_for_parent"`
	Next    string    `json:"next,omitempty"` // registrar time at which something happens next
}

func signingOf(s command.SignedZone) signing {
	origin := string(s.Zone.Origin) + "."
	out := signing{Zone: string(s.Zone.Origin), Signed: s.Zone.Signing.On, Leaving: s.Leaving, NSEC3: s.Zone.Signing.NSEC3, Keys: []zoneKey{}, DS: []string{}, Trust: []string{},
		Waits: s.Waits, Next: stamp(s.Next)}
	for _, k := range s.Keys {
		flags := 256
		if k.Role == zone.KSK {
			flags = 257
		}
		out.Keys = append(out.Keys, zoneKey{Tag: k.Tag, Role: string(k.Role), Algorithm: k.Algorithm, State: string(k.State), Since: stamp(sinceOf(k)),
			Record: fmt.Sprintf("%s IN DNSKEY %d 3 %d %s", origin, flags, k.Algorithm, k.Public)})
	}
	slices.SortStableFunc(out.Keys, func(x, y zoneKey) int { return strings.Compare(x.Role, y.Role) }) // "ksk" before "zsk"
	for _, d := range s.DS {
		out.DS = append(out.DS, fmt.Sprintf("%s IN DS %d %d %d %s", origin, d.KeyTag, d.Alg, d.DigestType, d.Digest))
	}
	for _, k := range s.Trust {
		out.Trust = append(out.Trust, fmt.Sprintf("%s IN DNSKEY %d %d %d %s", origin, k.Flags, k.Protocol, k.Alg, k.PubKey))
	}
	return out
}

// sinceOf is when a key came into its state.
func sinceOf(k zone.Key) time.Time {
	switch k.State {
	case zone.Active:
		return k.Active
	case zone.Retired:
		return k.Retired
	}
	return k.Published
}

// getZoneKeys tells how a zone is signed.
func (a *API) getZoneKeys(r *http.Request) (any, error) {
	return onKeys(a, r, func(origin string) command.Command[command.SignedZone] { return command.ZoneKeys{Origin: origin} })
}

// postZoneSign signs a zone: {"algorithm": 13 or 15, "nsec3": true}.
func (a *API) postZoneSign(r *http.Request) (any, error) {
	var in struct {
		Algorithm int  `json:"algorithm"`
		NSEC3     bool `json:"nsec3"`
	}
	if err := read(r, &in); err != nil {
		return nil, err
	}
	return onKeys(a, r, func(origin string) command.Command[command.SignedZone] {
		return command.SignZone{Origin: origin, Algorithm: in.Algorithm, NSEC3: in.NSEC3}
	})
}

// postZoneUnsign takes the signatures off a zone when its parent has no DS of it any more: {"now": true} does not wait for that.
func (a *API) postZoneUnsign(r *http.Request) (any, error) {
	var in struct {
		Now bool `json:"now"`
	}
	if err := read(r, &in); err != nil {
		return nil, err
	}
	return onKeys(a, r, func(origin string) command.Command[command.SignedZone] {
		return command.UnsignZone{Origin: origin, Now: in.Now}
	})
}

// postZoneRoll begins to replace a key before its time: {"role": "ksk" or "zsk"}.
func (a *API) postZoneRoll(r *http.Request) (any, error) {
	var in struct {
		Role string `json:"role"`
	}
	if err := read(r, &in); err != nil {
		return nil, err
	}
	return onKeys(a, r, func(origin string) command.Command[command.SignedZone] {
		return command.RollKey{Origin: origin, Role: zone.KeyRole(in.Role)}
	})
}

// postZoneDS says that the parent has the DS records that are shown.
func (a *API) postZoneDS(r *http.Request) (any, error) {
	if err := read(r, &struct{}{}); err != nil {
		return nil, err
	}
	return onKeys(a, r, func(origin string) command.Command[command.SignedZone] { return command.ConfirmDS{Origin: origin} })
}

// onKeys runs a command about the keys of a request's zone.
func onKeys(a *API, r *http.Request, cmd func(origin string) command.Command[command.SignedZone]) (any, error) {
	z, c, err := a.onZone(r)
	if err != nil {
		return nil, err
	}
	got, err := command.Do(r.Context(), a.Commands, c, cmd(string(z.Origin)))
	if err != nil {
		return nil, err
	}
	return signingOf(got), nil
}
