package domainrobot

import (
	"testing"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

// TestAutoRenewIsNoCancelation: a domain that does not renew itself is renewed by hand without further ado, and goes on like that, but
// where the renewal takes back what is shown as its cancelation.
func TestAutoRenewIsNoCancelation(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	c.want(c.do("POST", "/v1/domain/example.com/cancelation", ""), 200, "S0103101")
	c.want(c.do("DELETE", "/v1/domain/example.com/cancelation", ""), 200, "S0103103")
	c.want(c.do("PUT", "/v1/domain/example.com", `{"autoRenewStatus":"FALSE"}`), 200, "N0102")
	if a := c.want(c.do("GET", "/v1/domain/example.com/cancelation", ""), 200, "S0103104"); a.body.Data[0]["execution"] != "EXPIRE" || a.body.Data[0]["logId"] != nil {
		t.Error(a.raw)
	}
	if a := c.want(c.do("PUT", "/v1/domain/example.com/_renew", `{"period":1}`), 200, "N0101003"); len(a.body.Messages) != 0 {
		t.Error(a.raw)
	}
	if d := c.do("GET", "/v1/domain/example.com", ""); d.body.Data[0]["autoRenewStatus"] != "FALSE" || d.body.Data[0]["cancelationStatus"] != "DELETE_EXPIRE" {
		t.Error(d.raw)
	}
	c.want(c.do("POST", "/v1/domain/example.com/cancelation", ""), 200, "S0103101")
	because(t, c.want(c.do("POST", "/v1/domain/example.com/cancelation", `{"execution":"NOW"}`), 400, "E0103101"), "EF0103101")
	c.want(c.do("PUT", "/v1/domain/example.com", `{"autoRenewStatus":"TRUE"}`), 200, "N0102")
	c.want(c.do("GET", "/v1/domain/example.com/cancelation", ""), 404, "E0103104")

	c.want(c.do("PUT", "/v1/domain/example.com", `{"autoRenewStatus":"FALSE"}`), 200, "N0102")
	once := c.with("Idempotency-Key", "renew")
	because(t, once.want(once.do("PUT", "/v1/domain/example.com/_renew?removeCancelation", `{"period":1}`), 200, "N0101003"), "MSG01046")
	once.want(once.do("PUT", "/v1/domain/example.com/_renew?removeCancelation", `{"period":1}`), 200, "N0101003")
	if d := c.do("GET", "/v1/domain/example.com", ""); d.body.Data[0]["autoRenewStatus"] != "TRUE" || d.body.Data[0]["cancelationStatus"] != nil ||
		d.body.Data[0]["expire"] != stamp(dialecttest.Now.AddDate(0, 0, 630).AddDate(2, 0, 0)) {
		t.Error(d.raw)
	}
}

// TestCancelationsOfOtherInterfaces: a name that shall be deleted on a day says so, whoever asked for it; the orders of cancelations that
// were taken back, or that were about an earlier registration, are not its own.
func TestCancelationsOfOtherInterfaces(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	day := dialecttest.Now.AddDate(0, 1, 0)
	wish := func(name string) {
		t.Helper()
		change(t, w, "alpha", command.UpdateDomain{Name: name, DeleteOn: &day})
		a := c.want(c.do("GET", "/v1/domain/"+name+"/cancelation", ""), 200, "S0103104")
		if data := a.body.Data[0]; data["execution"] != "DATE" || data["registryWhen"] != stamp(day) || data["logId"] != nil {
			t.Error(a.raw)
		}
		because(t, c.do("POST", "/v1/domain/"+name+"/cancelation", ""), "EF0103101")
		because(t, c.do("PUT", "/v1/domain/"+name+"/_renew", `{"period":1}`), "EF0103101")
		if a := c.do("POST", "/v1/domain/cancelation/_search", ""); a.body.Object.Summary != 1 {
			t.Error(a.raw)
		}
	}
	c.want(c.do("POST", "/v1/domain/example.com/cancelation", ""), 200, "S0103101")
	c.want(c.do("DELETE", "/v1/domain/example.com/cancelation", ""), 200, "S0103103")
	wish("example.com")
	c.want(c.do("PUT", "/v1/domain/example.com/_renew?removeCancelation", `{"period":1}`), 200, "N0101003")
	c.want(c.do("POST", "/v1/domain/example.com/cancelation", `{"execution":"DATE","registryWhen":"2027-06-01"}`), 200, "S0103101")
	c.want(c.do("PUT", "/v1/domain/example.com/_renew?removeCancelation", `{"period":1}`), 200, "N0101003")
	wish("example.com")
	c.want(c.do("DELETE", "/v1/domain/example.com/cancelation", ""), 200, "S0103103")

	c.want(c.do("POST", "/v1/domain", shop), 200, "N0101")
	w.Wait(t, 1)
	c.want(c.do("POST", "/v1/domain/shop.com/cancelation", ""), 200, "S0103101")
	c.want(c.do("DELETE", "/v1/domain/shop.com", ""), 200, "N0103")
	w.Wait(t, 1)
	c.want(c.do("POST", "/v1/domain", shop), 200, "N0101")
	wish("shop.com")
}

// TestCancelationAtExpiry is carried out at the expiry, as it says.
func TestCancelationAtExpiry(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	c.want(c.do("POST", "/v1/domain/example.com/cancelation", ""), 200, "S0103101")
	w.Wait(t, 629)
	if a := c.do("POST", "/v1/domain/autodelete/_search", ""); a.body.Data[0]["paymentLimit"] != a.body.Data[0]["payable"] {
		t.Error(a.raw)
	}
	if d := c.do("GET", "/v1/domain/example.com", ""); d.body.Data[0]["registryStatus"] != "ACTIVE" {
		t.Error(d.raw)
	}
	w.Wait(t, 2)
	if d := c.do("GET", "/v1/domain/example.com", ""); d.body.Data[0]["action"] != "DELETE" {
		t.Error(d.raw)
	}
}

// TestAnIncompleteRenewalKeepsTheCancelation: what the renewal would be refused for changes nothing.
func TestAnIncompleteRenewalKeepsTheCancelation(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	c.want(c.do("POST", "/v1/domain/example.com/cancelation", ""), 200, "S0103101")
	because(t, c.want(c.do("PUT", "/v1/domain/example.com/_renew", `{"removeCancelation":true,"payable":"2020-01-01","period":1}`), 400, "E0101003"), "EF01084")
	c.want(c.do("GET", "/v1/domain/example.com/cancelation", ""), 200, "S0103104")
}
