package domainrobot

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/secret"
)

// addUser gives an account a further user.
func addUser(t *testing.T, w *dialecttest.World, env account.Environment, user, password string, access account.Access) {
	t.Helper()
	ctx := context.Background()
	hash, err := secret.NewPasswords(secret.MinParams).Hash(ctx, password)
	if err != nil {
		t.Fatal(err)
	}
	err = w.Store.InTx(ctx, func(ctx context.Context, tx command.Tx) error {
		a, err := tx.AccountByName(ctx, env, "alpha")
		if err != nil {
			return err
		}
		return tx.AddCredential(ctx, &account.Credential{Account: a.ID, Dialect: name, Kind: account.Password, Login: user, Context: 4, Secret: hash, Access: access})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestBasicCharsets(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	addUser(t, w, account.Live, "jörg", "päss", account.Full)
	addUser(t, w, account.Live, "colon", "a:b:c", account.Full)
	c := newClient(t, w)
	for header, status := range map[string]int{
		"Basic asO2cmc6cMOkc3M=":                           200, // UTF-8
		"basic  avZyZzpw5HNz":                              200, // Latin-1, as one SDK sends it
		"Basic avZyZzpw5HNz=":                              200, // padding is not insisted on
		"Basic asO2cmc6d3Jvbmc=":                           401,
		basicAuth("colon", "a:b:c"):                        200,
		basicAuth("_alpha", "s3cret-robot"):                401,
		"Basic " + strings.Repeat("!", 8):                  401,
		basicAuth("alpha", "s3cret-robot")[:len("Basic ")]: 401,
	} {
		if a := c.with("Authorization", header).do("GET", "/v1/hello", ""); a.status != status {
			t.Errorf("%q: %d, want %d", header, a.status, status)
		}
	}
}

func TestReadOnlyUser(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	addUser(t, w, account.Live, "reader", "look", account.Read)
	c := newClient(t, w).with("Authorization", basicAuth("reader", "look"))
	c.want(c.do("GET", "/v1/domain/example.com", ""), 200, "S0105")
	a := c.want(c.do("POST", "/v1/domain", shop), 403, "E0101")
	if a.body.Messages[0].Code != "EF00106" {
		t.Error(a.raw)
	}
	if a := c.do("GET", "/v1/user/reader/4?acl", ""); !strings.Contains(a.raw, `{"functionCode":"0101","userLocked":true,"effective":false}`) {
		t.Error(a.raw)
	}
}

func TestSecondFactor(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w).with("Authorization", basicAuth("alpha2fa", "s3cret-robot2"))
	code := func(step time.Duration) string {
		s, err := secret.CodeTOTP(dialecttest.Robot2FATOTP, w.Clocks.Wall().Add(step))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	first := code(-30 * time.Second)
	c.want(c.with(header2FA, first).do("GET", "/v1/hello", ""), 200, "S0000")
	if a := c.with(header2FA, first).do("GET", "/v1/hello", ""); a.status != 401 || a.body.Messages[0].Code != "EF00104" {
		t.Error("a code worked twice", a.raw)
	}
	c.want(c.with("Authorization", "").do("POST", "/v1/login", `{"user":"alpha2fa","password":"s3cret-robot2","context":4,"token":"`+code(0)+`"}`), 200, "S1321001")
	if a := c.with(header2FA, "000000x").do("GET", "/v1/hello", ""); a.status != 401 {
		t.Error(a.raw)
	}
	// A token sent as a number has lost its leading zeros.
	q := &request{http: httpRequest("POST", "/v1/login"), body: decode(t, `{"user":"a","password":"b","token":71271}`)}
	if cred, err := q.loginData(); err != nil || cred.token != "071271" || cred.context != 4 {
		t.Error(cred, err)
	}
}

func TestTOTPVectors(t *testing.T) {
	t.Parallel()
	for at, want := range map[int64]string{59: "996554", 1111111109: "071271", 1700000000: "324550"} {
		if _, ok := secret.VerifyTOTP("JBSWY3DPEHPK3PXP", want, time.Unix(at, 0), 0); !ok {
			t.Errorf("%d: %s is refused", at, want)
		}
	}
}

func TestSessionEnds(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	a := c.do("POST", "/v1/login?timeout=10", "")
	session := a.header.Get("X-Domainrobot-SessionId")
	s := c.with("Authorization", "", headerSession, session)
	c.want(s.do("GET", "/v1/hello", ""), 200, "S0000")
	c.want(s.do("GET", "/v1/logout", ""), 200, "S1321003")
	c.want(s.do("GET", "/v1/logout", ""), 401, "E00000")
	if a := s.do("GET", "/v1/hello", ""); a.status != 401 || a.body.Messages[0].Code != "EF00105" {
		t.Error(a.raw)
	}
	// A dead session is not made good by other credentials: exactly one proof counts.
	c.want(c.with(headerSession, session).do("GET", "/v1/hello", ""), 401, "E00000")
}

func TestVendorHosts(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t)).with(headerContext, "")
	// Without a context, the demo host means context 1 and test accounts; the live host context 4 and live ones.
	for host, want := range map[string]string{hostDemo: "alpha, 1", hostLive: "alpha, 4", "localhost:8700": "alpha, 4"} {
		if a := c.do("POST", "http://"+host+"/v1/login", ""); a.body.Object.Value != want {
			t.Errorf("%s: %s", host, a.raw)
		}
	}
	if a := c.with(headerContext, "1").do("GET", "http://"+hostLive+"/v1/hello", ""); a.status != 401 {
		t.Error("a demo user on the live host", a.raw)
	}
	if a := c.with(headerContext, "4").do("GET", "http://"+hostDemo+"/v1/hello", ""); a.status != 401 {
		t.Error("a live user on the demo host", a.raw)
	}
}

func TestActingForAChild(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	kid := c.with(headerOwner, "kid", headerOwnerCx, "4")
	k := kid.do("POST", "/v1/contact", `{"type":"PERSON","fname":"K","lname":"Id","address":"Street 1","pcode":"1","city":"C","country":"DE","email":"k@id.example","phone":"+49.301234567"}`)
	id := k.body.Object.Value
	body := strings.ReplaceAll(shop, "100101", id)
	a := c.want(kid.do("POST", "/v1/domain", body), 200, "N0101")
	if o, u := a.body.Data[0]["owner"].(map[string]any), a.body.Data[0]["updater"].(map[string]any); o["user"] != "kid" || u["user"] != "alpha" {
		t.Error(a.raw)
	}
	c.want(c.do("GET", "/v1/domain/shop.com", ""), 404, "E0105")
	c.want(c.do("GET", "/v1/contact/"+id, ""), 404, "E0304")
	c.want(kid.do("GET", "/v1/domain/shop.com", ""), 200, "S0105")
	if a := c.do("POST", "/v1/domain/_search", `{}`); a.body.Object.Summary != 1 {
		t.Error(a.raw)
	}
	if a := c.do("POST", "/v1/domain/_search", `{"view":{"children":"true"}}`); a.body.Object.Summary != 2 || len(a.body.Data) != 2 {
		t.Error(a.raw)
	}
	// The other way round, and sideways, nothing is allowed.
	for _, owner := range []string{"alpha", "beta", "nobody"} {
		if a := c.with("Authorization", basicAuth("kid", "kid-s3cret-robot"), headerOwner, owner).do("GET", "/v1/account", ""); a.status != 403 {
			t.Error(owner, a.raw)
		}
	}
}
