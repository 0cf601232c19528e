package opensrs

import (
	"context"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

// maxMoved is how many domains move_all moves in one command.
const maxMoved = 100

// changeOwnership is CHANGE OWNERSHIP (opensrs-commands.md §14.6): a domain, or all of its profile's, goes to another profile of
// the account. That profile is the one of reg_domain, whose user name and password must fit. The owner contact stays.
func changeOwnership(ctx context.Context, x *call) (*reply, error) {
	a := x.q.attrs
	info, err := x.own(ctx)
	if err != nil {
		return nil, err
	}
	for _, key := range []string{"username", "password"} {
		if a.raw(key) == "" {
			return nil, refuse(errs.Missing, 460, "Required field '"+key+"' not provided")
		}
	}
	of := a.str("reg_domain")
	if of == "" {
		return nil, refuse(errs.Unsupported, 465, "A new profile cannot be made here; name a domain of the profile in reg_domain")
	}
	all, err := a.on("move_all")
	if err != nil {
		return nil, err
	}
	p, err := do(ctx, x, command.CheckProfile{Domain: of, Profile: command.Profile{Username: a.str("username"), Password: a.raw("password")}})
	if err != nil {
		return nil, err
	}
	names := []string{string(info.Domain.Name)}
	if all && info.Domain.Profile != 0 {
		if names, err = x.namesOf(ctx, info.Domain.Profile); err != nil {
			return nil, err
		}
	}
	return x.moveTo(ctx, p.ID, names)
}

// moveTo gives names to a profile. One that is refused does not keep the others; the answer names it.
func (x *call) moveTo(ctx context.Context, to account.ProfileID, names []string) (*reply, error) {
	key := x.c.IdempotencyKey
	var refused error
	var left []string
	for i, name := range names {
		if key != "" && i > 0 {
			x.c.IdempotencyKey = key + "#" + strconv.Itoa(i+1)
		}
		_, err := do(ctx, x, command.UpdateDomain{Name: name, Profile: &to})
		switch {
		case errs.Is(err, errs.Internal) || err != nil && len(names) == 1:
			return nil, err
		case err != nil:
			refused, left = err, append(left, name)
		}
	}
	if refused != nil {
		why := *translate(x.q.action, refused)
		why.text += "; not moved: " + strings.Join(left, ", ") + "; moved: " + strconv.Itoa(len(names)-len(left)) + " of " + strconv.Itoa(len(names))
		return nil, &why
	}
	return ok("Ownership Change Successful", nil), nil
}

// namesOf are all names of a profile.
func (x *call) namesOf(ctx context.Context, p account.ProfileID) ([]string, error) {
	found, err := do(ctx, x, command.ListDomains{Query: command.Query{Count: true, Limit: maxMoved, Where: command.And(notDeleted, ofProfile(p))}})
	if err != nil {
		return nil, err
	}
	if found.Total > maxMoved {
		return nil, refuse(errs.TooLarge, 465, "The profile has more than "+strconv.Itoa(maxMoved)+" domains; move them one by one")
	}
	names := make([]string, len(found.Domains))
	for i, d := range found.Domains {
		names[i] = string(d.Name)
	}
	return names, nil
}
