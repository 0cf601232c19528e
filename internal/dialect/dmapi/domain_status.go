package dmapi

import (
	"strings"

	"github.com/polyreg/polyreg/internal/domain"
)

// Words for the states in which a domain is not simply in production. They stand in query-whois alone: of the list's readers
// one refuses a domain with a word that it does not know (§7.2.1).
const (
	wordExpired   = "expired"
	wordHold      = "hold"
	wordTransfer  = "pending-transfer"
	wordRedeem    = "redemption"
	wordReleasing = "pending-delete"
)

// serverHold is the registry's own suspension (RFC 5731 §2.3).
const serverHold = "serverHold"

// lifeStatus is the comma list of query-whois: the list's words, and where the domain stands in its life.
func (rq *request) lifeStatus(d domain.Domain) string {
	phase := d.Phase(rq.d.deps.Runner.Clocks().Registrar())
	switch phase {
	case domain.Redemption:
		return wordRedeem
	case domain.Releasing:
		return wordReleasing
	}
	words := statusWords(d)
	if phase == domain.Expired {
		words = append(words, wordExpired)
	}
	if d.Has(domain.ClientHold) || d.Has(serverHold) {
		words = append(words, wordHold)
	}
	if d.Outgoing != nil {
		words = append(words, wordTransfer)
	}
	return strings.Join(words, ",")
}
