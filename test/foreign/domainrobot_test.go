package foreign

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// sdkFolder is what scripts/setup installs from npm, at the version that npm/package.json names.
func sdkFolder() string {
	return filepath.Join(cacheFolder(), "js-domainrobot-sdk-1.4.1", "node_modules")
}

// cacheFolder is where scripts/setup puts what does not come from Debian.
func cacheFolder() string {
	cache := os.Getenv("XDG_CACHE_HOME")
	if cache == "" {
		cache = filepath.Join(os.Getenv("HOME"), ".cache")
	}
	return filepath.Join(cache, "polyreg-test")
}

// TestDomainrobotSDK: the vendor's own SDK logs in, makes a contact, registers a domain and lists it.
func TestDomainrobotSDK(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		missing(t, "the client is missing: install nodejs (%v)", err)
	}
	modules := sdkFolder()
	need(t, filepath.Join(modules, "js-domainrobot-sdk", "index.js"), "js-domainrobot-sdk with scripts/setup")
	r := setup(t)
	domain := "js-sdk.org"
	out := r.client(t, []string{"NODE_PATH=" + modules}, node, script("domainrobot.js"), "alpha", "4", "s3cret-robot", domain)
	wantLines(t, out,
		"login: S*",
		"studio: "+domain+" FREE",
		"contact create: *",
		"contact info: Jane Doe, Berlin DE",
		"domain create: N* NOTIFY",
		"domain create again: 4* E*",
		"domain info: "+domain+", owner as given, ns1.polyreg.test ns2.polyreg.test",
		"domain list: "+domain+", total 1",
		"foreign domain: 4* E*",
	)
}
