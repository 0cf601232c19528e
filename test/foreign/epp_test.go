package foreign

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/app"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/store/simstore"
	"github.com/polyreg/polyreg/internal/store/sqlite"
)

// TestNetEPP: Debian's libnet-epp-perl creates a name at the built-in registry, transfers one from another registrar, renews
// and deletes it, and restores it by raw frames. It needs no namespaces: the registry listens on the loopback.
func TestNetEPP(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("whole programs are not started with -short")
	}
	need(t, "/usr/share/perl5/Net/EPP/Simple.pm", "libnet-epp-perl")
	const theirs = "net-epp-old.com"
	year := time.Now().UTC().Year()
	reg := startRegistry(t, map[string]string{"net-epp-1": "first-Pass-1", "net-epp-2": "other-Pass-2"}, repo.Domain{Namespace: repo.Live,
		Name: theirs, Sponsor: "net-epp-2", Creator: "net-epp-2", Created: time.Now().AddDate(-1, 0, 0), Expires: time.Date(year+2, 6, 15, 12, 0, 0, 0, time.UTC)})
	host, port, err := net.SplitHostPort(reg.Addr())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "perl", script("epp.pl"), host, port, reg.CA(), "net-epp-1", "first-Pass-1", "net-epp-2", "other-Pass-2", "net-epp-new.com", theirs)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s%s", err, out, complaints.String())
	}
	until := func(years int) string {
		return time.Date(year+years, 6, 15, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	}
	const done, pending = "1000: Command completed successfully", "1001: Command completed successfully; action pending"
	wantLines(t, string(out),
		"wrong password: 2200: Authentication error",
		"login: "+done,
		"login of the other: "+done,
		"contact free: 1",
		"create_contact: "+done,
		"contact: Jane Doe, Example & Sons, +1.5035551212",
		"create_host: "+done,
		"name free: 1",
		"create_domain: "+done,
		"name free: 0",
		"created: sponsor net-epp-1, ok, until "+time.Now().UTC().AddDate(2, 0, 0).Format("2006-")+"*",
		"before the transfer: sponsor net-epp-2, inactive, until "+until(2),
		"update_domain by the other: "+done,
		"wrong authInfo: 2202: Invalid authorization information",
		"domain_transfer_request: "+pending,
		"transfer: pending from net-epp-2 to net-epp-1",
		"domain_transfer_approve by the other: "+done,
		"transferred: sponsor net-epp-1, inactive, until "+until(3),
		"renew_domain: "+done,
		"renewed: sponsor net-epp-1, inactive, until "+until(5),
		"delete_domain of the new one: "+done,
		"name free: 1",
		"delete_domain of the old one: "+pending,
		"deleted: sponsor net-epp-1, inactive pendingDelete, until "+until(2), // the grace periods give their years back,
		"restore request: "+done+", now pendingRestore",
		"restore report: "+done+", now ",
		"restored: sponsor net-epp-1, inactive, until "+until(2),
		"logged out",
	)
}

// startRegistry runs what `polyreg registry` runs, with registrars by name and password and a domain that one of them
// has held for so long that it may be transferred.
func startRegistry(t *testing.T, registrars map[string]string, held repo.Domain) *app.Registry {
	t.Helper()
	o := app.RegistryOptions{Data: t.TempDir(), Listen: "127.0.0.1:0", Log: slog.New(slog.DiscardHandler)}
	secrets := t.TempDir()
	for user, password := range registrars {
		file := filepath.Join(secrets, user)
		if err := os.WriteFile(file, []byte(password+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		o.Registrars = append(o.Registrars, "live:"+user+"="+file)
	}
	ctx, stop := context.WithCancel(context.Background())
	reg, err := app.NewRegistry(ctx, o)
	if err != nil {
		stop()
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- reg.Run(ctx, 10*time.Second) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the registry: %v", err)
		}
	})
	d, err := sqlite.Open(filepath.Join(o.Data, "registry.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := simstore.New(d).Seed(ctx, repo.Seed{Domains: []repo.Domain{held}}); err != nil {
		t.Fatal(err)
	}
	return reg
}
