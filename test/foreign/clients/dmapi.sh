#!/bin/sh
# A DMAPI session with curl alone: log in, make a contact, register a name, read it back, log out.
# usage: dmapi.sh USER PASSWORD DOMAIN
set -eu
user=$1 password=$2 domain=$3 sid=

dmapi() { # REQUEST [curl's words for parameters …]
  request=$1
  shift
  answer=$(curl -sS --max-time 20 ${sid:+--data-urlencode "auth-sid=$sid"} "$@" "https://dmapi.joker.com/request/$request")
  case $answer in
    *"$(printf '\r')"*) echo "$request: carriage returns in the answer" >&2; exit 1 ;;
  esac
  status=$(header Status-Code)
  echo "$request: $status"
}

header() { printf '%s\n' "$answer" | sed -n "/^\$/q; s/^$1: *//p" | head -n 1; }
body() { printf '%s\n' "$answer" | sed '1,/^$/d'; }
must() { [ "$status" = "$1" ] || { echo "expected $1, the answer was: $answer" >&2; exit 1; }; }

dmapi login --data-urlencode "username=$user" --data-urlencode "password=$password"; must 0
sid=$(header Auth-Sid)
[ -n "$sid" ] || { echo "no Auth-Sid in: $answer" >&2; exit 1; }
before=$(header Account-balance)

dmapi domain-check -d "domain=$domain"; must 0
body | grep -q '^domain-status: available$' || { echo "not free: $answer" >&2; exit 1; }

dmapi contact-create -d "tld=${domain##*.}" --data-urlencode 'name=Jane Doe' -d individual=Y -d email=jane@alpha.example \
  --data-urlencode 'address-1=Main Street 1' -d city=Berlin -d postal-code=10115 -d country=DE --data-urlencode 'phone=+49.301234567'
must 0
dmapi result-retrieve -d "Proc-ID=$(header Proc-ID)"; must 0
body | grep -q '^Completion-Status: ack$' || { echo "no contact: $answer" >&2; exit 1; }
handle=$(body | sed -n 's/^registry_roid: *//p')

dmapi domain-register -d "domain=$domain" -d period=12 -d status=production -d "owner-c=$handle" -d "admin-c=$handle" -d "tech-c=$handle" \
  -d "billing-c=$handle" -d ns-list=ns1.polyreg.test:ns2.polyreg.test
must 0
order=$(header Proc-ID)
dmapi result-list; must 0
body | grep -q " $order domain-register $domain ack " || { echo "the order is not in the list: $answer" >&2; exit 1; }

dmapi query-whois -d "domain=$domain"; must 0
body | grep -iE '^domain\.(name|state|expires):' || true
dmapi query-domain-list -d "pattern=$domain" -d showstatus=1; must 0
echo "listed: $(body)"

dmapi domain-register -d "domain=$domain" -d period=12 -d status=production -d "owner-c=$handle" -d "admin-c=$handle" -d "tech-c=$handle" \
  -d "billing-c=$handle" -d ns-list=ns1.polyreg.test:ns2.polyreg.test
[ "$status" != 0 ] || { echo "the same name was registered twice" >&2; exit 1; }

dmapi query-profile; must 0
echo "balance before: $before"
dmapi logout; must 0
dmapi query-domain-list
[ "$status" != 0 ] || { echo "the session outlived its end" >&2; exit 1; }
