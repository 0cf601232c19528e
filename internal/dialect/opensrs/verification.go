package opensrs

import (
	"context"
	"strconv"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
)

// verificationStatus is GET_REGISTRANT_VERIFICATION_STATUS (opensrs-commands.md §4.7).
func verificationStatus(ctx context.Context, x *call) (*reply, error) {
	info, err := x.own(ctx)
	if err != nil {
		return nil, err
	}
	v, err := do(ctx, x, command.Verification{Name: string(info.Domain.Name)})
	asked := err == nil
	if err != nil && !errs.Is(err, errs.NotFound) {
		return nil, err
	}
	status, deadline, days := "unverified", "", ""
	switch {
	case info.Contacts[domain.Registrant].Verified || asked && !v.Done.IsZero():
		status = "verified"
	case asked && !v.Failed.IsZero():
		status, deadline, days = "suspended", utc(v.Due), "0"
	case asked:
		status, deadline, days = "pending", utc(v.Due), daysLeft(v, x.d.deps.Runner.Clocks().Registrar())
	}
	return ok("Command successful", hash("registrant_verification_status", status, "verification_deadline", deadline, "days_to_suspend", days, "email_bounced", "0")), nil
}

// daysLeft are the days that have begun until names are suspended.
func daysLeft(v contact.Verification, now time.Time) string {
	left := max(v.Due.Sub(now), 0)
	return strconv.Itoa(int((left + 24*time.Hour - 1) / (24 * time.Hour)))
}

// sendVerification is SEND_REGISTRANT_VERIFICATION_EMAIL (§6.2).
func sendVerification(ctx context.Context, x *call) (*reply, error) {
	info, err := x.own(ctx)
	if err != nil {
		return nil, err
	}
	none := refuse(errs.WrongState, 400, "Registrant verification is not applicable: no verification of the address is open")
	if info.Contacts[domain.Registrant].Verified {
		return nil, refuse(errs.WrongState, 400, "The registrant is verified already")
	}
	_, err = do(ctx, x, command.SendVerification{Name: string(info.Domain.Name)})
	switch {
	case err == nil:
		return ok("Command Successful", nil), nil
	case errs.Is(err, errs.WrongState):
		return nil, refuse(errs.WrongState, 400, "The registrant is verified already")
	case errs.Is(err, errs.NotFound):
		return nil, none
	}
	return nil, err
}
