// Logs in, makes a contact, registers a domain and lists it with the vendor's js-domainrobot-sdk.
// usage: NODE_PATH=… node domainrobot.js USER CONTEXT PASSWORD DOMAIN
"use strict";
const { DomainRobot, DomainRobotModels } = require("js-domainrobot-sdk");

// The SDK prints every refusal in full before it throws; the refusals below are meant.
console.log = () => {};
const say = (line) => process.stdout.write(line + "\n");

const [user, context, password, domain] = process.argv.slice(2);
const url = "https://api.autodns.com/v1";
const robot = new DomainRobot({ url, auth: { user, password, context } });

async function refused(what, call) {
  try {
    await call();
  } catch (e) {
    say(`${what}: ${e.status} ${e.error.messages[0].code}`);
    return;
  }
  throw new Error(what + " was not refused");
}

function model(contact) {
  return new DomainRobotModels.Domain({
    name: domain,
    nameServers: [
      new DomainRobotModels.NameServer({ name: "ns1.polyreg.test" }),
      new DomainRobotModels.NameServer({ name: "ns2.polyreg.test" }),
    ],
    ownerc: contact,
    adminc: contact,
    techc: contact,
    zonec: contact,
    ignoreWhois: true,
  });
}

async function main() {
  const login = await robot.login().sessionID(new DomainRobotModels.LoginData({ user, password, context }));
  const session = login.getHeaders()["x-domainrobot-sessionid"];
  if (!session) throw new Error("no session id in the headers of the log-in");
  say("login: " + login.result.status.code);

  const studio = await robot.domainStudio().search({ sources: { custom: { domains: [domain], services: ["WHOIS"] } } });
  say("studio: " + studio.result.data[0].domain + " " + studio.result.data[0].services.whois.data.status);

  const made = await robot.contact().create(new DomainRobotModels.Contact({
    alias: "jane",
    type: "PERSON",
    fname: "Jane",
    lname: "Doe",
    address: ["Example Street 1"],
    pcode: "10115",
    city: "Berlin",
    state: "BE",
    country: "DE",
    email: "jane@alpha.example",
    phone: "+49-30-123456",
  }));
  const id = made.result.object ? made.result.object.value : made.result.data[0].id;
  say("contact create: " + made.result.status.code);

  const contact = (await robot.contact().info(id)).result.data[0];
  say(`contact info: ${contact.fname} ${contact.lname}, ${contact.city} ${contact.country}`);

  const order = await robot.domain().create(model(contact));
  say("domain create: " + order.result.status.code + " " + order.result.status.type);
  await refused("domain create again", () => robot.domain().create(model(contact)));

  const info = (await robot.domain().info(domain)).result.data[0];
  say(`domain info: ${info.name}, owner ${info.ownerc.id === contact.id ? "as given" : info.ownerc.id}, ` +
    info.nameServers.map((n) => n.name).join(" "));

  // The same again by the session, without a password.
  const bySession = new DomainRobot({ url, session_id: session });
  const found = await bySession.domain().list({
    filters: [{ key: "name", value: domain, operator: "EQUAL" }],
    view: { limit: 10, offset: 0 },
  }, ["created"]);
  say("domain list: " + found.result.data.map((d) => d.name).join(" ") + ", total " + found.result.object.summary);

  await refused("foreign domain", () => bySession.domain().info("not-ours-" + domain));
}

main().catch((e) => {
  process.stderr.write("failed: " + (e.stack || JSON.stringify(e)) + "\n");
  process.exitCode = 1;
});
