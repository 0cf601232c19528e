package rst

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/testkit"
)

// driver proves one case on one registry.
type driver struct {
	drive    func(*run)
	contacts bool // the case is skipped where registryDataModel is minimum
	hosts    bool // the case is skipped where hostModel is attributes
	what     string
}

// drivers are the driven cases by id.
var drivers = map[string]driver{
	"epp-01": {drive: connectivity, what: "TLS versions, ciphers, chain, host name (no DNS, no public CA)"},
	"epp-02": {drive: greeting, what: "greeting: svID, svDate, version, lang, object and extension URIs"},
	"epp-03": {drive: authentication, what: "wrong user, password, certificate; none; another's; the right one"},
	"epp-04": {drive: checkDomains, what: "invalid, registered and free names in each TLD"},
	"epp-05": {drive: checkHosts, hosts: true, what: "invalid, registered and free host names"},
	"epp-06": {drive: checkContacts, contacts: true, what: "invalid, registered and free ids"},
	"epp-07": {drive: createContacts, contacts: true, what: "table epp-07-data in both address forms; info of what was made"},
	"epp-08": {drive: foreignContacts, contacts: true, what: "info and update by another registrar"},
	"epp-09": {drive: updateContacts, contacts: true, what: "tables epp-09-postalinfo, -other, -status; info after each"},
	"epp-10": {drive: deleteContacts, contacts: true, what: "delete, and gone afterwards"},
	"epp-11": {drive: createHosts, hosts: true, what: "table epp-11-data in each TLD; info of what was made"},
	"epp-12": {drive: foreignHosts, hosts: true, what: "update by another registrar is 2201"},
	"epp-13": {drive: updateHosts, hosts: true, what: "tables epp-13-status, -addr; info after each"},
	"epp-14": {drive: createDomains, what: "table epp-14-data in each TLD for both registrars; info of what was made"},
	"epp-15": {drive: linkedObjects, what: "delete of linked contacts and hosts"},
	"epp-16": {drive: updateDomains, what: "tables epp-16-status, -ns, -dnssec; registrant; another's domain"},
	"epp-17": {drive: servicePorts, what: "the same infData on each address and on a second node"},
	"epp-18": {drive: renewDomains, what: "expiry, renewPeriod, 10 years, curExpDate"},
	"epp-19": {drive: transferDomains, what: "request, pendingTransfer, approve, transferPeriod, authInfo"},
	"epp-20": {drive: rejectTransfers, what: "reject: sponsor and statuses stay"},
	"epp-21": {drive: deleteDomains, what: "1000 and gone, 1001 and pendingDelete; hosts and contacts after it"},
	"epp-22": {drive: restoreDomains, what: "restore request and report after a delete"},
	"epp-23": {drive: renameHosts, hosts: true, what: "table epp-23-data; linked external host is 2305"},
	"epp-24": {drive: deleteHosts, hosts: true, what: "delete, and gone afterwards"},
	"epp-25": {drive: subordinateHosts, hosts: true, what: "host below another registrar's domain, with and without addresses"},
	"epp-26": {drive: wideGlue, hosts: true, what: "glue below another registrar's domain"},
	"epp-27": {drive: gluelessHosts, hosts: true, what: "host without glue below another registrar's domain"},
}

// withdrawn is a case that stands in the reference as a comment; its errors are those of the comment.
var withdrawn = testCase{ID: "epp-22", Summary: "Domain restore test", Errors: []string{"EPP_DNS_RESOLUTION_ERROR", "EPP_SERVICE_PORT_UNREACHABLE",
	"EPP_NO_SERVICE_PORTS_REACHABLE", "EPP_TLS_CONNECTION_ERROR", "EPP_XML_PARSE_ERROR", "EPP_SCHEMA_VALIDATION_ERROR", "EPP_LOGIN_ERROR",
	"EPP_RESTORE_DOMAIN_STILL_PENDINGDELETE", "EPP_GENERIC_COMMAND_ERROR", "EPP_RESTORE_DOMAIN_NOT_RENEWPERIOD", "EPP_RESTORE_DELETE_FAILED"}}

// outside are errors that cannot be provoked on one machine or with this registry; docs/registry.md says why.
var outside = map[string]string{
	"EPP_DNS_RESOLUTION_ERROR": "no public DNS",
	"EPP_MISSING_A_RECORDS":    "no public DNS",
	"EPP_MISSING_AAAA_RECORDS": "no public DNS",
	"EPP_INVALID_EXTENSION":    "an error of the tester's own input",
}

// TestRST drives the cases in order and prints a report (-v shows it).
func TestRST(t *testing.T) {
	if testing.Short() {
		t.Skip("the whole registry is not driven with -short")
	}
	cases := append(readCases(t, "epp"), withdrawn)
	slices.SortFunc(cases, func(a, b testCase) int { return strings.Compare(a.ID, b.ID) })
	var rigs []*rig
	for _, p := range plans {
		rigs = append(rigs, start(t, p))
	}
	var lines []*line
	for _, c := range cases {
		d, ok := drivers[c.ID]
		if !ok {
			continue // TestEveryCaseIsAccountedFor asks for the reason
		}
		l := &line{id: c.ID, what: d.what, listed: c.Errors, checks: map[string]int{}}
		lines = append(lines, l)
		l.failed = !t.Run(c.ID, func(t *testing.T) {
			for _, g := range rigs {
				if d.contacts && !g.plan.contacts || d.hosts && g.plan.attrs {
					continue
				}
				t.Run(g.plan.name, func(t *testing.T) {
					r := newRun(t, c, g)
					defer l.add(r)
					d.drive(r)
					r.validate()
				})
			}
			if !t.Failed() {
				l.settle(t, c)
			}
		})
	}
	t.Log(report(lines))
}

// families are the folders of the reference.
var families = []string{"dns", "dnssec", "dnssec-ops", "epp", "integration", "rdap", "rde"}

// TestEveryCaseIsAccountedFor: each case of the reference is driven here or listed with its reason in docs/registry.md, each
// driver has its case, and each error that is not provoked stands in the document.
func TestEveryCaseIsAccountedFor(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(testkit.Root(), "docs", "registry.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(text), "\n## ICANN's RST cases\n")
	if !found {
		t.Fatal("docs/registry.md has no section on ICANN's RST cases")
	}
	section, _, _ = strings.Cut(section, "\n## ")
	drivenPart, rest, found := strings.Cut(section, "\n### Not driven\n")
	if !found {
		t.Fatal("docs/registry.md does not list what is not driven")
	}
	known := map[string]bool{withdrawn.ID: true}
	for _, f := range families {
		for _, c := range readCases(t, f) {
			known[c.ID] = true
			_, driven := drivers[c.ID]
			switch listed := strings.Contains(rest, "`"+c.ID+"`"); {
			case driven && !strings.Contains(drivenPart, "`"+c.ID+"`"):
				t.Errorf("%s (%s) is driven and docs/registry.md does not say so", c.ID, c.Summary)
			case !driven && !listed:
				t.Errorf("%s (%s) is neither driven nor listed in docs/registry.md with a reason", c.ID, c.Summary)
			}
		}
	}
	for id := range drivers {
		if !known[id] {
			t.Errorf("%s has a driver and is no case of the reference", id)
		}
	}
	severity := readErrors(t)
	for id := range outside {
		if severity[id] == "" {
			t.Errorf("%s is no error of the reference", id)
		}
		if !strings.Contains(rest, "`"+id+"`") {
			t.Errorf("%s is not provoked, and docs/registry.md does not say why", id)
		}
	}
}
