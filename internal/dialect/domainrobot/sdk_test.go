package domainrobot

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

// sdkScript does with the vendor's own JavaScript SDK what its users do. It knows nothing of this server but its address.
const sdkScript = `
const { DomainRobot, DomainRobotModels, DomainRobotHeaders } = require("js-domainrobot-sdk");
const assert = require("assert");
const url = process.argv[2];
(async () => {
  const auth = { user: "alpha", password: "s3cret-robot", context: 4 };
  const byPassword = new DomainRobot({ url, auth });
  const login = await byPassword.login().sessionID(new DomainRobotModels.LoginData({ user: auth.user, password: auth.password, context: auth.context }));
  const session_id = login.getHeaders()["x-domainrobot-sessionid"];
  assert.equal(login.result.status.code, "S1321001");
  assert.ok(session_id);
  const robot = new DomainRobot({ url, session_id });
  const contact = await robot.contact().create(new DomainRobotModels.Contact({
    type: "PERSON", fname: "Max", lname: "Mustermann", address: ["Musterstr. 1"], pcode: "93055", city: "Regensburg",
    country: "DE", email: "max@example.com", phone: "+49-941-12345" }));
  const id = contact.result.data[0].id;
  assert.equal(contact.result.status.type, "SUCCESS");
  assert.equal((await robot.contact().info(id)).result.data[0].lname, "Mustermann");
  const order = await robot.domain().create(new DomainRobotModels.Domain({
    name: "sdk.com", ownerc: { id }, adminc: { id }, techc: { id }, zonec: { id },
    nameServers: [{ name: "ns1.polyreg.test" }, { name: "ns2.polyreg.test" }], period: { unit: "YEAR", period: 1 } }));
  assert.equal(order.result.status.code, "N0101");
  assert.ok(order.result.data[0].id > 0);
  const list = await robot.domain().list(new DomainRobotModels.Query({
    filters: [new DomainRobotModels.QueryFilter({ key: "name", value: "sdk.com", operator: "EQUAL" })],
    view: new DomainRobotModels.QueryView({ limit: 10, offset: 0, children: 1 }) }), ["expire", "ownerc"]);
  assert.equal(list.result.object.summary, 1);
  assert.equal(list.result.data[0].name, "sdk.com");
  assert.equal(list.result.data[0].ownerc.id, id);
  const domain = (await robot.domain().info("sdk.com")).result.data[0];
  const renewed = await robot.domain().renew(new DomainRobotModels.Domain(domain));
  assert.equal(renewed.result.status.code, "N0101003");
  const studio = await robot.domainStudio().search({ sources: { custom: { domains: ["sdk.com", "free.com"], services: ["WHOIS"] } } });
  assert.deepEqual(studio.result.data.map(d => d.services.whois.data.status), ["ASSIGNED", "FREE"]);
  const zone = await robot.zone().create(new DomainRobotModels.Zone({
    origin: "sdk.example", soa: { email: "hostmaster@sdk.example", ttl: 3600 }, nameServers: [{ name: "ns1.polyreg.test" }],
    main: { address: "192.0.2.10" }, wwwInclude: true, resourceRecords: [{ name: "mail", type: "MX", value: "mx.example.net.", pref: 10, ttl: 600 }] }));
  assert.equal(zone.result.status.code, "S0201");
  const zones = await robot.zone().list(new DomainRobotModels.Query({
    filters: [new DomainRobotModels.QueryFilter({ key: "name", value: "sdk.example", operator: "EQUAL" })] }), ["mainip"]);
  assert.equal(zones.result.object.summary, 1);
  const ns = zones.result.data[0].virtualNameServer;
  const streamed = await robot.zone().stream("_acme-challenge.sdk.example.", { adds: [{ name: "_acme-challenge.sdk.example.", type: "TXT", ttl: 60, value: "token" }] });
  assert.equal(streamed.result.status.code, "S0202002");
  const whole = (await robot.zone().info("sdk.example", ns)).result.data[0];
  assert.deepEqual(whole.resourceRecords.map(r => r.type + " " + r.value), ["TXT token", "MX mx.example.net."]);
  whole.resourceRecords.pop();
  const put = await robot.zone().update({ ...whole, name: "sdk.example" }, ns);
  assert.deepEqual(put.result.data[0].resourceRecords.map(r => r.type), ["TXT"]);
  assert.equal((await robot.zone().delete("sdk.example", ns)).result.status.code, "S0203");
  for (;;) {
    const message = await robot.poll().info();
    if (message.result.object.summary === 0) break;
    assert.equal((await robot.poll().confirm(message.result.data[0].id)).result.status.code, "S0906");
  }
  console.log = () => {}; // the SDK prints what it is about to throw
  await assert.rejects(robot.domain().info("missing.com"), e => e.status === 404 && e.error.status.code === "E0105" && e.error.messages.length > 0);
  process.stdout.write("all well\n");
})().catch(e => { process.stderr.write(require("util").inspect(e, { depth: 6 }) + "\n"); process.exit(1); });
`

// TestJavaScriptSDK runs the vendor's SDK, unmodified. POLYREG_JS_SDK names a folder in which it is installed
// (npm install js-domainrobot-sdk).
func TestJavaScriptSDK(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("POLYREG_JS_SDK")
	if dir == "" {
		t.Skip("POLYREG_JS_SDK names no folder with js-domainrobot-sdk installed")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed")
	}
	srv := httptest.NewServer(New(dialecttest.New(t).Deps()))
	defer srv.Close()
	script := filepath.Join(t.TempDir(), "sdk.js")
	if err := os.WriteFile(script, []byte(sdkScript), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), node, script, srv.URL+"/v1")
	cmd.Env = append(os.Environ(), "NODE_PATH="+filepath.Join(dir, "node_modules"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
