#!/bin/sh
# A WAPI session with curl and sha1sum alone, in JSON or XML. The hash is the manual's:
# auth = sha1(user + sha1(password) + hour in Prague).
# usage: wapi.sh json|xml USER PASSWORD DOMAIN
set -eu
form=$1 user=$2 password=$3 domain=$4
tld=${domain##*.}

sha1() { printf '%s' "$1" | sha1sum | cut -d' ' -f1; }
auth() { sha1 "$user$(sha1 "$password")$(TZ=Europe/Prague date +%H)"; }

# Both forms of one document: "name value" pairs and nesting are written twice, as users do.
wapi() { # COMMAND JSON-DATA XML-DATA
  if [ "$form" = json ]; then
    document="{\"request\":{\"user\":\"$user\",\"auth\":\"$(auth)\",\"command\":\"$1\",\"clTRID\":\"sh-$1\"${2:+,\"data\":$2}}}"
  else
    document="<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<request>
 <user>$user</user>
 <auth>$(auth)</auth>
 <command>$1</command>
 <clTRID>sh-$1</clTRID>
 ${3:+<data>$3</data>}
</request>"
  fi
  answer=$(curl -sS --fail --max-time 20 --data-urlencode "request=$document" "https://api.wedos.com/wapi/$form")
  got=$(value code)
  echo "$1: $got $(value result) $(value clTRID)"
}

# value NAME: the first such member or element of the answer.
value() {
  if [ "$form" = json ]; then
    printf '%s' "$answer" | sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p" | head -n 1
  else
    printf '%s' "$answer" | sed -n "s/.*<$1>\([^<]*\)<\/$1>.*/\1/p" | head -n 1
  fi
}

must() { # CODE
  [ "$got" = "$1" ] || { echo "expected $1, the answer was: $answer" >&2; exit 1; }
}

wapi ping '' ''; must 1000
wapi credit-info '' ''; must 1000
before=$(value amount)
wapi domain-check "{\"name\":\"$domain\"}" "<name>$domain</name>"; must 1000

wapi contact-create \
  "{\"tld\":\"$tld\",\"contact\":{\"fname\":\"Jane\",\"lname\":\"Doe\",\"email\":\"jane@alpha.example\",\"phone\":\"+49 30123456\",\"addr_street\":\"Example Street 1\",\"addr_city\":\"Berlin\",\"addr_zip\":\"10115\",\"addr_country\":\"de\"}}" \
  "<tld>$tld</tld><contact><fname>Jane</fname><lname>Doe</lname><email>jane@alpha.example</email><phone>+49 30123456</phone><addr_street>Example Street 1</addr_street><addr_city>Berlin</addr_city><addr_zip>10115</addr_zip><addr_country>de</addr_country></contact>"
must 1000
handle=$(value cname)
[ -n "$handle" ] || { echo "no handle in: $answer" >&2; exit 1; }

wapi domain-create \
  "{\"name\":\"$domain\",\"period\":1,\"dns\":\"\",\"owner_c\":\"$handle\",\"rules\":{\"fname\":\"Jane\",\"lname\":\"Doe\"}}" \
  "<name>$domain</name><period>1</period><dns></dns><owner_c>$handle</owner_c><rules><fname>Jane</fname><lname>Doe</lname></rules>"
must 1000
echo "expires: $(value expiration)"
wapi domain-check "{\"name\":\"$domain\"}" "<name>$domain</name>"; must 3201

wapi domain-info "{\"name\":\"$domain\"}" "<name>$domain</name>"; must 1000
[ "$(value owner_c)" = "$handle" ] || { echo "owner is not $handle: $answer" >&2; exit 1; }
wapi domains-list '{"status":"active"}' '<status>active</status>'; must 1000
case $answer in
  *"\"name\":\"$domain\""* | *"<name>$domain</name>"*) echo "listed: $domain" ;;
  *) echo "not listed: $answer" >&2; exit 1 ;;
esac

wapi credit-info '' ''; must 1000
after=$(value amount)
[ "$before" != "$after" ] || { echo "nothing was charged: $before $after" >&2; exit 1; }
echo "credit: $before $after"

# The hash of another hour, and a command that there is none.
good=$password
password=wrong; wapi ping '' ''; must 2050
password=$good; wapi no-such-command '' ''; must 2010
