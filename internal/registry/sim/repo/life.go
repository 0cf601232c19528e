package repo

import "time"

// Period is a grace period of a domain (RFC 3915 §3.1): addPeriod, autoRenewPeriod, renewPeriod or transferPeriod.
type Period struct {
	Kind  string
	Until time.Time
	From  time.Time // the expiry before what began the period, to which an undoing goes back
	Fee   int64     // what the sponsor was charged and gets back when the domain is deleted within it
}

// Deletion is the way of a deleted domain (RFC 3915 §3.1): redemptionPeriod, pendingRestore, pendingDelete.
type Deletion struct {
	Stage      string
	Until      time.Time // end of the stage
	Deleted    time.Time // when the delete was accepted
	Redemption time.Time // end of the redemption period, to which a restore without a report goes back
	ClTRID     string    // of the delete; both empty when time deleted the domain
	SvTRID     string
}

// States of a transfer (RFC 5730 §2.9.3.4); a transfer in another state than TransferPending is over.
const TransferPending = "pending"

// Transfer is a transfer of a domain or a contact, as its trnData tells it (RFC 5731 §3.1.3, RFC 5733 §3.1.3).
type Transfer struct {
	State  string
	ReID   string // who asked for it
	ReDate time.Time
	AcID   string    // who has to decide or has decided: the sponsor of then
	AcDate time.Time // when it is decided at the latest, or was
	ExDate time.Time // the expiry that it leads to; zero for contacts
	Years  int
	Fee    int64 // charged to ReID when it asked, given back when the transfer does not take place
}

// Waits reports whether the transfer is still to be decided; a nil Transfer does not.
func (t *Transfer) Waits() bool { return t != nil && t.State == TransferPending }

// DNSSEC is a domain's delegation signer data or keys, never both (RFC 5910).
type DNSSEC struct {
	MaxSigLife int // seconds, 0 when not set
	DS         []DS
	Keys       []Key
}

// DS is a delegation signer record; Digest is hexadecimal, in capitals.
type DS struct {
	KeyTag     int
	Alg        int
	DigestType int
	Digest     string
	Key        *Key
}

// Key is a DNSKEY; PubKey is base64.
type Key struct {
	Flags    int
	Protocol int
	Alg      int
	PubKey   string
}

// TransferNote tells a registrar about a transfer.
type TransferNote struct {
	Object string // "domain" or "contact"
	Name   string
	Transfer
}

// ChangeNote tells a registrar what the registry changed of a domain (RFC 8590).
type ChangeNote struct {
	Name   string
	Op     string // RFC 8590 §2.1
	Date   time.Time
	SvTRID string
	Who    string
	Reason string
}

// Due is something that time will do to an object.
type Due struct {
	At        time.Time
	Namespace string
	Object    string // "domain" or "contact"
	Name      string // or handle
	ID        int64
}

// Due is when time does something to the domain next: a transfer is approved, a stage of the deletion ends, the domain
// expires. It is zero when nothing will happen, as long as an action is pending.
func (d *Domain) Due() time.Time {
	switch {
	case d.Pending != nil:
		return time.Time{}
	case d.Deletion != nil:
		return d.Deletion.Until
	case d.Transfer.Waits() && (d.Expires.IsZero() || !d.Transfer.AcDate.After(d.Expires)):
		return d.Transfer.AcDate
	}
	return d.Expires
}

// Due is when a transfer of the contact is approved by time; zero when none waits.
func (c *Contact) Due() time.Time {
	if c.Transfer.Waits() {
		return c.Transfer.AcDate
	}
	return time.Time{}
}
