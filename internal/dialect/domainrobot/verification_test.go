package domainrobot

import (
	"strconv"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

// TestReferenceOfAnotherAccount: a mail's reference is of use to the account alone whose owner got it.
func TestReferenceOfAnotherAccount(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	c.want(c.do("POST", "/v1/domain", strings.Replace(shop, `"ownerc":{"id":100101}`, `"ownerc":`+newOwner, 1)), 200, "N0101")
	w.Wait(t, 0)
	confirm := "/v1/contact/verification/_confirm?reference=" + (&dialecttest.Stage{T: t, World: w}).Mailed("max@example.com")
	beta := c.with("Authorization", basicAuth("beta", "beta-s3cret-robot"))
	because(t, beta.want(beta.do("PUT", confirm, ""), 404, "E0346"), "EF01911")
	d := c.do("GET", "/v1/domain/shop.com", "")
	proof := "/v1/contact/" + strconv.FormatInt(int64(d.body.Data[0]["ownerc"].(map[string]any)["id"].(float64)), 10) + "/verification"
	for _, status := range []string{"PENDING", "COMPLETED"} {
		if a := c.want(c.do("GET", proof, ""), 200, "S0344"); a.body.Data[0]["status"] != status {
			t.Error(a.raw)
		}
		if status == "PENDING" {
			c.want(c.do("PUT", confirm, ""), 200, "S0346")
		}
	}
}
