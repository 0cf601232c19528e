package dmapi

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
)

// deleteFreely is the age up to which a domain is deleted without force (§7.3.9).
const deleteFreely = 72 * time.Hour

// endOfLifeTLDs are those whose domains can be deleted at the end of their term (§7.3.9).
var endOfLifeTLDs = []string{"de", "at", "co.at", "or.at"}

// domainDelete is domain-delete (§7.3.9).
func domainDelete(ctx context.Context, rq *request) (*reply, error) {
	text, err := rq.form.require("domain")
	if err != nil {
		return nil, err
	}
	atEnd, err := rq.deleteType()
	if err != nil {
		return nil, err
	}
	force, err := rq.form.truth("force", false)
	if err != nil {
		return nil, err
	}
	info, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.InfoDomain{Name: text})
	d := info.Domain
	if err == nil && d.Deleted.IsZero() { // else the command says why not, or gives the outcome of a repeated one
		if atEnd && !slices.Contains(endOfLifeTLDs, d.TLD) {
			return nil, refuseValue("type", "immediate (endoflife is for "+strings.Join(endOfLifeTLDs, ", ")+")")
		}
		if !force && rq.d.deps.Runner.Clocks().Registrar().Sub(d.Created) > deleteFreely {
			return nil, refuseValue("force", "1 (the domain is older than 72 hours)")
		}
		if atEnd {
			expire := domain.Expire
			return rq.update(ctx, command.UpdateDomain{Name: text, AutoRenew: &expire, DeleteOn: &d.Expires})
		}
	}
	out, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.DeleteDomain{Name: text})
	if err != nil {
		return nil, err
	}
	return accepted(out), nil
}

// deleteType reads type; atEnd is true for a deletion at the expiry.
func (rq *request) deleteType() (atEnd bool, err error) {
	switch strings.ToLower(rq.form.get("type")) {
	case "", "immediate":
		return false, nil
	case "endoflife":
		return true, nil
	case "transit":
		return false, refuseValue("type", "immediate or endoflife (transit is not offered by this server)")
	}
	return false, param("type", "immediate, endoflife or transit")
}
