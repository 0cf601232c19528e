package opensrs

import (
	"testing"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

// What the core says about a name that cannot come, in the codes of opensrs.md §5.1: 465 for a wrong code, 552 for a status or
// the age, 487 for the rest; what is not the name's fault keeps its own code.
func TestTransferProblem(t *testing.T) {
	t.Parallel()
	x := &call{c: command.Caller{Credential: account.Credential{Login: "alphareseller"}}}
	coded := func(kind errs.Kind, code int) *errs.Error {
		e := errs.E(kind, "the registry refused: x")
		e.Code = code
		return e
	}
	for _, c := range []struct {
		err  error
		code int
		text string
	}{
		{errs.F(errs.Auth, "auth_info", "the authorization code is wrong"), 465, "Invalid auth_info: the authorization code is wrong"},
		{errs.F(errs.Locked, "name", "a.com is locked against transfers (serverTransferProhibited)"), 552, "Domain is not transferable: a.com is locked against transfers (serverTransferProhibited)"},
		{coded(errs.WrongState, 2106), 552, "Domain is not transferable: the registry refused: x"},
		{coded(errs.WrongState, 2304), 552, "Domain is not transferable: the registry refused: x"},
		{coded(errs.WrongState, 2300), 487, "Domain is not transferable: Transfer in progress"},
		{errs.F(errs.WrongState, "name", "a.com cannot be transferred now (pendingDelete)"), 487, "Domain is not transferable: Domain status pendingDelete does not allow for transfer"},
		{errs.F(errs.WrongState, "name", "a.com cannot be transferred now (pendingTransfer)"), 487, "Domain is not transferable: Transfer in progress"},
		{errs.F(errs.WrongState, "name", "a.com is with us already"), 487, "Domain is not transferable: a.com is with us already"},
		{errs.F(errs.Exists, "name", "x"), 487, "Domain is not transferable: Domain already exists in alphareseller's account"},
		{errs.F(errs.NotFound, "name", "x"), 487, "Domain is not transferable: Domain not registered"},
		{errs.F(errs.Auth, "profile", "x"), 415, "Invalid Password supplied"},
		{errs.E(errs.Busy, "x"), 437, ""},
		{errs.E(errs.NoFunds, "x"), 440, ""},
		{errs.E(errs.RegistryDown, "x"), 705, ""},
		{errs.F(errs.Missing, "registrant.city", "is required"), 465, ""},
	} {
		r := translate("SW_REGISTER", x.transferProblem(c.err))
		if r.code != c.code || c.text != "" && r.text != c.text {
			t.Errorf("%v: %d %q, want %d %q", c.err, r.code, r.text, c.code, c.text)
		}
	}
}

// A transfer that waits elsewhere is 553 with every command, and one with us 437 as any open order.
func TestPendingTransferCode(t *testing.T) {
	t.Parallel()
	e := errs.E(errs.WrongState, "the registry refused: x")
	e.Code = codePendingTransfer
	if r := translate("RENEW", e); r.code != 553 {
		t.Error(r.code)
	}
}
