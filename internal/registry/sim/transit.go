package sim

import (
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// stageTransit is the stage of a deletion in which the registry itself holds the domain (TLD.Transit). RFC 3915 has no word
// for it, so that only the status pendingDelete and the sponsor show it.
const stageTransit = "transit"

// TransitSponsor is the clID under which a domain in transit is shown. No registrar may have it.
const TransitSponsor = "transit"

// inTransit reports whether the registry itself holds the domain.
func inTransit(d *repo.Domain) bool { return d.Deletion != nil && d.Deletion.Stage == stageTransit }

// intoTransit takes a domain from its sponsor. It keeps its name servers and its authInfo; locks end with the sponsorship.
func intoTransit(ctx context.Context, tx repo.Tx, d *repo.Domain, tld TLD, at time.Time) error {
	end := at.Add(days(tld.Grace.Redemption))
	d.Deletion = &repo.Deletion{Stage: stageTransit, Deleted: at, Until: end, Redemption: end}
	d.Updater, d.Updated, d.Sponsor = d.Sponsor, at, TransitSponsor
	d.Statuses, d.Transfer, d.Periods = nil, nil, nil
	return tx.SaveDomain(ctx, d)
}

// outOfTransit makes a domain ready to be taken over; one that has expired meanwhile begins anew.
func outOfTransit(d *repo.Domain, tld TLD, now time.Time) {
	d.Deletion = nil
	if d.Expires.After(now) {
		return
	}
	d.Expires = now
	if tld.TransferNoYear {
		d.Expires = clock.AddYears(now, tld.MinYears)
	}
}

// expireInto lets a domain that nobody has renewed go into transit, and tells its sponsor.
func (s *Server) expireInto(ctx context.Context, tx repo.Tx, d *repo.Domain, at time.Time) error {
	m := &repo.Message{Registrar: d.Sponsor, Queued: at, Text: "Domain " + d.Name + " expired and is in transit",
		Change: &repo.ChangeNote{Name: d.Name, Op: "autoDelete", Date: at, SvTRID: s.svTRID(), Who: s.cfg.ID}}
	if err := intoTransit(ctx, tx, d, s.policy(d.Name), at); err != nil {
		return err
	}
	return tx.InsertMessage(ctx, m)
}

// statusOfDeletion are the grace statuses of a deleted domain (RFC 3915 §3.1).
func statusOfDeletion(d *repo.Domain) []string {
	if inTransit(d) {
		return nil
	}
	return []string{d.Deletion.Stage}
}

// code is the result code of a delete that was carried out: 1001 when the name is in redemption.
func (r *removal) code() int {
	if r.purged || r.transit {
		return epp.CodeOK
	}
	return epp.CodePending
}
