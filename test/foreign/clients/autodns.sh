#!/bin/sh
# An AutoDNS XML session with curl and xmllint alone: make a contact, register a name, read it back, list it.
# usage: autodns.sh USER CONTEXT PASSWORD DOMAIN
set -eu
user=$1 context=$2 password=$3 domain=$4

task() { # CONTENT
  document="<?xml version=\"1.0\" encoding=\"utf-8\"?>
<request>
  <auth><user>$user</user><password>$password</password><context>$context</context></auth>
  <language>en</language>
  <task>$1</task>
</request>"
  answer=$(printf '%s' "$document" | curl -sS --fail --max-time 20 -H 'Content-Type: text/xml' --data-binary @- https://gateway.autodns.com/)
}

at() { printf '%s' "$answer" | xmllint --xpath "string($1)" -; }

report() { # NAME CODE
  got=$(at /response/result/status/code)
  echo "$1: $got $(at /response/result/status/type) $(at /response/result/msg/code)"
  [ "$got" = "$2" ] || { echo "expected $2, the answer was: $answer" >&2; exit 1; }
}

order() {
  task "<code>0101</code><ctid>sh-1</ctid><domain><name>$domain</name><ownerc>$handle</ownerc><adminc>$handle</adminc><techc>$handle</techc><zonec>$handle</zonec>
    <nserver><name>ns1.polyreg.test</name></nserver><nserver><name>ns2.polyreg.test</name></nserver></domain>"
}

task '<code>0301</code><handle><type>PERSON</type><fname>Jane</fname><lname>Doe</lname><organization></organization><address>Example Street 1</address><pcode>10115</pcode><city>Berlin</city><country>DE</country><phone>+49-30-123456</phone><email>jane@alpha.example</email><protection>B</protection></handle>'
report 'contact create' S0301
handle=$(at /response/result/status/object/value)
task "<code>0304</code><handle><id>$handle</id></handle>"
report 'contact info' S0304
echo "contact: $(at //handle/fname) $(at //handle/lname), $(at //handle/city)"

order
report 'domain create' N0101
echo "ctid: $(at /response/ctid)"
order
report 'domain create again' E0101

task "<code>0105</code><domain><name>$domain</name></domain>"
report 'domain info' S0105
echo "domain: $(at //data/domain/name), owner $([ "$(at //data/domain/ownerc)" = "$handle" ] && echo as given || at //data/domain/ownerc), $(at '//data/domain/nserver[1]/name') $(at '//data/domain/nserver[2]/name')"
task "<code>0105</code><view><offset>0</offset><limit>10</limit></view><where><key>name</key><operator>eq</operator><value>$domain</value></where>"
report 'domain list' S0105
echo "listed: $(at //data/domain/name), total $(at //data/summary)"
