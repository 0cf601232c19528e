package command

import (
	"encoding/base64"
	"slices"

	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/registry"
)

func isBase64(s string) bool {
	raw, err := base64.StdEncoding.DecodeString(s)
	return err == nil && len(raw) > 0 && len(raw) <= 1024
}

// sameDNSSEC reports whether two sets hold the same records in whatever order.
func sameDNSSEC(a, b *domain.DNSSEC) bool {
	if a.Empty() || b.Empty() {
		return a.Empty() == b.Empty()
	}
	if len(a.DS) != len(b.DS) || len(a.Keys) != len(b.Keys) {
		return false
	}
	for _, s := range a.DS {
		if !slices.ContainsFunc(b.DS, s.Same) {
			return false
		}
	}
	for _, k := range a.Keys {
		if !slices.Contains(b.Keys, k) {
			return false
		}
	}
	return true
}

// coreDNSSEC turns what the registry shows into the core's form.
func coreDNSSEC(d *registry.DNSSEC) *domain.DNSSEC {
	if d.Empty() {
		return nil
	}
	out := &domain.DNSSEC{}
	for _, s := range d.DS {
		out.DS = append(out.DS, domain.DS{KeyTag: s.KeyTag, Alg: s.Alg, DigestType: s.DigestType, Digest: s.Digest})
	}
	for _, k := range d.Keys {
		out.Keys = append(out.Keys, domain.Key(k))
	}
	return out
}

func registryDNSSEC(d *domain.DNSSEC) *registry.DNSSEC {
	if d.Empty() {
		return nil
	}
	out := &registry.DNSSEC{}
	for _, s := range d.DS {
		out.DS = append(out.DS, registry.DS{KeyTag: s.KeyTag, Alg: s.Alg, DigestType: s.DigestType, Digest: s.Digest})
	}
	for _, k := range d.Keys {
		out.Keys = append(out.Keys, registry.Key(k))
	}
	return out
}
