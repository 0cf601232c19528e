package epp

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func feeCommands() map[string]*Command {
	agreed := &FeeAgreed{Currency: "EUR", Fees: []Fee{{Description: "Registration \"Fee\"", Lang: "en", Refundable: ptr(false), Grace: "P5D",
		Applied: "delayed", Amount: "5.00"}, {Amount: "0"}}, Credits: []Credit{{Description: "x", Lang: "de", Amount: "-1.50"}}}
	return map[string]*Command{
		"domain-check-fee": {CheckDomain: &DomainCheck{Names: []string{"a.example"}}, Ext: CommandExt{FeeCheck: &FeeCheck{Currency: "EUR",
			Commands: []FeeCommand{{Name: FeeForCreate, Phase: "sunrise", Subphase: "hi", Period: Years(2)}, {Name: FeeForRestore},
				{Name: FeeForCustom, CustomName: "lock"}}}}},
		"domain-create-fee": {CreateDomain: &DomainCreate{Name: "a.example", AuthInfo: Auth("x")},
			Ext: CommandExt{SecDNSCreate: &SecDNSData{DS: []DSData{dsSample()}}, FeeCreate: agreed}},
		"domain-renew-fee":    {RenewDomain: &DomainRenew{Name: "a.example", CurExpDate: t1.Truncate(24 * 3600e9)}, Ext: CommandExt{FeeRenew: agreed}},
		"domain-transfer-fee": {TransferOp: TransferRequest, TransferDomain: &DomainTransfer{Name: "a.example"}, Ext: CommandExt{FeeTransfer: agreed}},
		"domain-update-fee":   onDomain(CommandExt{FeeUpdate: &FeeAgreed{Fees: []Fee{{Amount: "1"}}}}),
	}
}

func feeResponses() map[string]*Response {
	charged := &FeeCharged{Currency: "USD", Period: Years(1), Fees: []Fee{{Amount: "5"}}, Credits: []Credit{{Amount: "-.5"}},
		Balance: "-5.00", CreditLimit: "1000"}
	return map[string]*Response{
		"fee-check": extended(ResponseExt{FeeCheck: &FeeChecked{Currency: "USD", Items: []FeeItem{
			{Avail: true, Object: FeeObject{Element: "name", ID: "a.example"}, Class: "premium-1", Commands: []FeeOffered{
				{Name: FeeForCreate, Phase: "open", Subphase: "x", Standard: true, Period: Years(2), Fees: []Fee{{Amount: "10.00"}}, Credits: []Credit{{Amount: "0"}}},
				{Name: FeeForCustom, CustomName: "lock", Reason: &FeeReason{Lang: "en", Text: "no"}}}},
			{Object: FeeObject{ID: "b.example"}, Reason: &FeeReason{Text: "Not our name"}}}}}),
		"fee-create":   extended(ResponseExt{FeeCreate: charged}),
		"fee-renew":    extended(ResponseExt{FeeRenew: charged}),
		"fee-transfer": extended(ResponseExt{FeeTransfer: charged}),
		"fee-update":   extended(ResponseExt{FeeUpdate: &FeeCharged{}}),
		"fee-delete":   extended(ResponseExt{FeeDelete: charged}),
	}
}

func TestFeeCommand(t *testing.T) {
	t.Parallel()
	update := func(inner string) string {
		return withExt(`<f:update xmlns:f="` + NSFee + `">` + inner + `</f:update>`)
	}
	refuses(t, map[string]int{
		update(``):                                       2003,
		update(`<f:currency>Eur</f:currency>`):           2005,
		update(`<f:fee>-1</f:fee>`):                      2005,
		update(`<f:fee>1,50</f:fee>`):                    2005,
		update(`<f:fee>1e3</f:fee>`):                     2005,
		update(`<f:fee applied="soon">1</f:fee>`):        2005,
		update(`<f:fee grace-period="5 days">1</f:fee>`): 2005,
		update(`<f:fee grace-period="P1DT">1</f:fee>`):   2005,
		update(`<f:fee>1</f:fee><f:credit>1</f:credit>`): 2005,
		withExt(`<f:check xmlns:f="` + NSFee + `"/>`):    2103,
		withExt(`<f:delete xmlns:f="` + NSFee + `"/>`):   2001,
	})
}

func TestMinorUnits(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]int64{"5": 500, "5.": 500, "5.0000": 500, " -0.07": -7, ".5": 50, "+1.20": 120, "000.01": 1, "-0": 0,
		"92233720368547758.07": math.MaxInt64} {
		if got, ok := MinorUnits(in, 2); !ok || got != want {
			t.Errorf("%q: %d %t", in, got, ok)
		}
	}
	for _, in := range []string{"", ".", "1.005", "x", "1e2", "--1", "92233720368547758.08", "99999999999999999999999"} {
		if got, ok := MinorUnits(in, 2); ok {
			t.Errorf("%q: %d", in, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		n, digits := rapid.Int64Range(-math.MaxInt64, math.MaxInt64).Draw(t, "n"), rapid.IntRange(0, 6).Draw(t, "digits")
		text := FromMinorUnits(n, digits)
		if got, ok := MinorUnits(text, digits); !ok || got != n {
			t.Fatalf("%d: %s: %d %t", n, text, got, ok)
		}
	})
}

func TestFeeTotal(t *testing.T) {
	t.Parallel()
	if n, ok := Total([]Fee{{Amount: "10.00"}, {Amount: "5"}}, []Credit{{Amount: "-2.50"}}, 2); !ok || n != 1250 {
		t.Error(n, ok)
	}
	if n, ok := Total(nil, nil, 2); !ok || n != 0 {
		t.Error(n, ok)
	}
	top := FromMinorUnits(math.MaxInt64, 2)
	if n, ok := Total([]Fee{{Amount: top}, {Amount: "0.01"}}, nil, 2); ok {
		t.Error(n)
	}
	if n, ok := Total([]Fee{{Amount: "0.001"}}, nil, 2); ok {
		t.Error(n)
	}
}

func TestFeeFind(t *testing.T) {
	t.Parallel()
	f := feeResponses()["fee-check"].Ext.FeeCheck
	if o := f.Find("A.example", FeeForCreate, Years(2)); o == nil || o.Fees[0].Amount != "10.00" {
		t.Errorf("%+v", o)
	}
	var none *FeeChecked
	if f.Find("a.example", FeeForCreate, Years(1)) != nil || f.Find("a.example", FeeForCreate, nil) == nil ||
		f.Find("b.example", FeeForCreate, nil) != nil || none.Find("a.example", FeeForCreate, nil) != nil {
		t.Error("found what is not there")
	}
}
