package wapi

import (
	"context"
	"regexp"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// Codes of domain-update-keyset (wapi.md §7.2, §9).
const (
	badKeyset     code = 2264
	noKeysets     code = 2265 // below this ending
	onOurDNS      code = 2267
	keysetMissing code = 3259
	keysetBusy    code = 3260
	notOnOurDNS   code = 3263
)

// keysetForm is the form of a KEYSET's handle; the reference gives none, so it is that of an NSSET's.
var keysetForm = regexp.MustCompile(`^[A-Z0-9]([A-Z0-9-]{0,28}[A-Z0-9])?$`)

// domainUpdateKeyset switches DNSSEC off ("0"). Keys of the platform's own ("1") are refused as not offered, and KEYSET
// handles are never found: neither exists here (wapi.md §7.2).
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
		return nil, c.unsign(ctx, string(n))
	case word == "1" && !ours:
		return nil, notOnOurDNS
	case word == "1":
		return nil, errs.E(errs.Unsupported, "the platform does not sign zones")
	case tld.Class != classCZ:
		return nil, noKeysets
	case !keysetForm.MatchString(word):
		return nil, badKeyset
	case ours:
		return nil, onOurDNS
	}
	return nil, keysetMissing
}

func (c *call) unsign(ctx context.Context, name string) error {
	out, err := do(ctx, c, command.UpdateDomain{Name: name, DNSSEC: &domain.DNSSEC{}})
	switch {
	case errs.Is(err, errs.Busy):
		return keysetBusy
	case err != nil:
		return err
	}
	return pendingOr(out)
}
