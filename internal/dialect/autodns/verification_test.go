package autodns

import (
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

// A mail's hash is of use to the account alone whose owner got it.
func TestHashOfAnotherAccount(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	c.want(c.task(`<code>0101</code><domain><name>proof.com</name><ownerc>`+contactFields+`</ownerc>`+servers+`</domain>`), "N0101", "S0301")
	w.Wait(t, 0)
	hash := (&dialecttest.Stage{T: t, World: w}).Mailed("ada@example.org")
	confirm := "<code>0346</code><verification><hash>" + hash + "</hash></verification>"
	const beta = `<auth><user>beta</user><password>beta-s3cret-robot</password></auth>`
	r := c.want(c.send(as(beta, "<task>"+confirm+"</task>")), "E0346", "EF01911")
	if hash == "" || strings.Contains(r.raw, "ada@example.org") {
		t.Error("another account learns the address:", r.raw)
	}
	const proof = "<code>0344</code><verification><name>proof.com</name></verification>"
	contains(t, c.task(proof), "<status>PENDING</status>")
	contains(t, c.want(c.task(confirm), "S0346", ""), "<value>ada@example.org</value>")
	contains(t, c.task(proof), "<status>SUCCESS</status>")
}
