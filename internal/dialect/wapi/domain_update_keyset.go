package wapi

import (
	"context"
	"regexp"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
	"github.com/polyreg/polyreg/internal/zone"
)

// Codes of domain-update-keyset (wapi.md §7.2, §9).
const (
	badKeyset     code = 2264
	secondaryDNS  code = 2266
	noKeysets     code = 2265 // below this ending
	onOurDNS      code = 2267
	keysetMissing code = 3259
	keysetBusy    code = 3260
	notOnOurDNS   code = 3263
)

// keysetForm is the form of a KEYSET's handle; the reference gives none, so it is that of an NSSET's.
var keysetForm = regexp.MustCompile(`^[A-Z0-9]([A-Z0-9-]{0,28}[A-Z0-9])?$`)

// domainUpdateKeyset switches DNSSEC off ("0"), or on with keys of the platform's own ("1"), which sign the zone and reach the
// registry by themselves. KEYSET handles are never found: there are none here (wapi.md §7.2).
func domainUpdateKeyset(ctx context.Context, c *call) (jsonx.Obj, error) {
	n, tld, err := c.sellable()
	if err != nil {
		return nil, err
	}
	word := strings.ToUpper(c.text("keyset"))
	if word == "" {
		return nil, paramMissing
	}
	info, err := do(ctx, c, command.InfoDomain{Name: string(n)})
	if err != nil {
		return nil, err
	}
	ours := c.d.runner.OnPlatform(info.Domain.Servers)
	switch {
	case word == "0":
		return nil, c.unsign(ctx, string(n), ours)
	case word == "1" && !ours:
		return nil, notOnOurDNS
	case word == "1":
		return nil, c.sign(ctx, string(n))
	case tld.Class != classCZ:
		return nil, noKeysets
	case !keysetForm.MatchString(word):
		return nil, badKeyset
	case ours:
		return nil, onOurDNS
	}
	return nil, keysetMissing
}

// sign has the domain's zone signed; it must be a primary one of the account.
func (c *call) sign(ctx context.Context, name string) error {
	v, err := do(ctx, c, command.ZoneInfo{Origin: name, Bare: true})
	switch {
	case errs.Is(err, errs.NotFound) || errs.Is(err, errs.NotOwned):
		return notOnOurDNS
	case err != nil:
		return err
	case v.Zone.Kind != zone.Primary:
		return secondaryDNS
	}
	_, err = do(ctx, c, command.SignZone{Origin: name, NSEC3: v.Zone.Signing.NSEC3})
	if errs.Is(err, errs.WrongState) { // it is being unsigned
		return keysetBusy
	}
	return err
}

// unsign switches DNSSEC off. A zone with keys of the platform's own loses its signatures when nobody can remember its DS records
// any more; the keys see to both.
func (c *call) unsign(ctx context.Context, name string, ours bool) error {
	if ours {
		v, err := do(ctx, c, command.ZoneInfo{Origin: name, Bare: true})
		if err == nil && v.Zone.Signing.On {
			_, err = do(ctx, c, command.UnsignZone{Origin: name})
			return err
		}
	}
	out, err := do(ctx, c, command.UpdateDomain{Name: name, DNSSEC: &domain.DNSSEC{}})
	switch {
	case errs.Is(err, errs.Busy):
		return keysetBusy
	case err != nil:
		return err
	}
	return pendingOr(out)
}
