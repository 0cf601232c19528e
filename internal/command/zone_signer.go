package command

import (
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/zone"
)

// Signer makes keys and signatures; it works on what it is given and keeps nothing. Package dns/sign has one.
type Signer interface {
	// Generate makes a key: public as in DNSKEY, private in the usual text form.
	Generate(alg int, ksk bool) (public, private string, err error)
	Tag(k zone.SignKey) int
	DS(origin dname.Name, k zone.SignKey) (domain.DS, error)
	DNSKEY(k zone.SignKey) domain.Key
	// Sign gives the records beside a zone's own.
	Sign(j zone.SignJob) ([]zone.Record, error)
}
