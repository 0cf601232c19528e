package wapi

import (
	"context"
	"errors"
	"net/netip"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
	"github.com/polyreg/polyreg/internal/zone"
)

// Codes of the zone commands that are used by name (wapi.md §7.5).
const (
	badZoneType    code = 2301
	noPrimaryIP    code = 2302
	badPrimaryIP   code = 2303
	badAXFR        code = 2304
	noAXFRIPs      code = 2305
	badAXFRIPs     code = 2306
	badNS          code = 2308
	badRowType     code = 2309
	badRowName     code = 2311
	badRowNameHere code = 2312
	badRowData     code = 2314
	badTTL         code = 2315
	ttlOutside     code = 2317
	notSecondary   code = 2318
	notPrimary     code = 2319
	badNewName     code = 2320
	badNewTLD      code = 2321
	noZone         code = 3222
	foreignZone    code = 3223
	zoneExists     code = 3303
	noRow          code = 3309
	copyFailed     code = 3311
	newZoneExists  code = 3312
)

// statusOfZone is every zone's: none is switched off here, and deleted ones are gone.
const statusOfZone = "active"

// zoneName reads a zone's name from the first of the parameters that says something. The manual calls it "name" in dns-domain-*
// and "domain" in dns-row(s)-*; either is taken where it means nothing else.
func (c *call) zoneName(params ...string) (string, error) {
	for _, p := range params {
		if t := c.text(p); t != "" {
			return t, nil
		}
	}
	return "", paramMissing
}

// noZone has a name that no zone can have here refused for its form, where the core has found no zone of it.
func (c *call) noZone(text string, err error) error {
	if errs.Is(err, errs.NotFound) {
		if _, _, bad := c.d.runner.Catalog().CheckName(text); bad != nil {
			return bad
		}
	}
	return err
}

// openZone reads an own zone with what waits for a commit.
func (c *call) openZone(ctx context.Context, text string) (command.StagedView, error) {
	v, err := do(ctx, c, command.StagedZone{Origin: text})
	return v, c.noZone(text, err)
}

// ownZone opens the zone that a dns-domain command names.
func (c *call) ownZone(ctx context.Context) (command.StagedView, error) {
	n, err := c.zoneName("name", "domain")
	if err != nil {
		return command.StagedView{}, err
	}
	return c.openZone(ctx, n)
}

// openPrimary is openZone for commands about rows, which secondaries do not have.
func (c *call) openPrimary(ctx context.Context, text string) (command.StagedView, error) {
	v, err := c.openZone(ctx, text)
	if err == nil && v.Zone.Kind == zone.Secondary {
		err = notSecondary
	}
	return v, err
}

// newZoneCode gives the codes of dns-domain-copy that are about the new zone; anything else is as it is.
func newZoneCode(err error) error {
	var e *errs.Error
	if !errors.As(err, &e) || e.Kind == errs.Internal {
		return err
	}
	switch e.Kind {
	case errs.InvalidName:
		return badNewName
	case errs.UnsupportedTLD:
		return badNewTLD
	case errs.Exists:
		return newZoneExists
	case errs.AccountLocked, errs.Forbidden, errs.RegistryDown:
		return err
	}
	return copyFailed
}

// transferList reads who may transfer a zone: axfr_enabled and axfr_ips. have are those who may now; nil stays as it is.
func (c *call) transferList(have []netip.Prefix) (*[]netip.Prefix, error) {
	var ips []netip.Prefix
	for _, t := range c.texts("axfr_ips") {
		a, err := netip.ParseAddr(t)
		if err != nil || a.Zone() != "" || a.IsUnspecified() {
			return nil, badAXFRIPs
		}
		a = a.Unmap()
		ips = append(ips, netip.PrefixFrom(a, a.BitLen()))
	}
	none := []netip.Prefix{}
	switch word := c.text("axfr_enabled"); word {
	case "":
		if len(ips) > 0 && len(have) > 0 {
			return &ips, nil
		}
		return nil, nil // off stays off
	case "0", "false":
		return &none, nil
	case "1", "true":
		if len(ips) == 0 && len(have) == 0 {
			return nil, noAXFRIPs
		}
		if len(ips) == 0 {
			return nil, nil
		}
		return &ips, nil
	}
	return nil, badAXFR
}

// primaryIP reads the address that a secondary comes from; ok is false when none is given.
func (c *call) primaryIP() (m zone.Master, ok bool, err error) {
	word := c.text("primary_ip")
	if word == "" {
		return m, false, nil
	}
	a, err := netip.ParseAddr(word)
	if err != nil || a.Zone() != "" {
		return m, false, badPrimaryIP
	}
	return zone.Master{Addr: netip.AddrPortFrom(a.Unmap(), dnsPort)}, true, nil
}

// dnsPort is where masters answer; the interface has no other.
const dnsPort = 53

// ownServers reads the zone's own name servers, as records of its origin; none given is nil.
func (c *call) ownServers() ([]zone.Record, error) {
	var out []zone.Record
	for _, t := range c.texts("ns") {
		n, err := dname.ParseHost(t)
		if err != nil || !strings.Contains(string(n), ".") {
			return nil, badNS
		}
		out = append(out, zone.Record{Name: zone.Apex, Type: "NS", Data: string(n) + "."})
	}
	return out, nil
}

// texts are all texts of a parameter in whatever form of a list: repeated, an array, or an object with one item a member.
func (c *call) texts(param string) []string {
	var out []string
	for _, v := range c.params.All(param) {
		out = appendTexts(out, v)
	}
	return out
}

func appendTexts(out []string, v jsonx.Value) []string {
	for _, it := range v.Items {
		out = appendTexts(out, it)
	}
	for _, m := range v.Members {
		out = appendTexts(out, m.Value)
	}
	if t := scalar(v); t != "" {
		out = append(out, t)
	}
	return out
}
