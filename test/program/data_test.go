package program

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/testkit"
)

func root() string { return testkit.Root() }

// TestDataFolder: what was ordered, the CA and the log-ins survive a restart, after SIGTERM as after SIGKILL.
func TestDataFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "not", "there", "yet")
	s := startSandbox(t, "--data", dir)
	s.alpha().robotRegister("kept-one.com")
	ca, err := os.ReadFile(s.CA)
	if err != nil {
		t.Fatal(err)
	}
	paid := s.alpha().balance()
	s.stop()

	s = startSandbox(t, "--data", dir)
	if err := s.alpha().sees("kept-one.com"); err != nil {
		t.Error(err)
	}
	if got := s.alpha().balance(); got != paid || got == "1000.00" {
		t.Errorf("balance was %s, is %s: the seed must not be planted twice", paid, got)
	}
	if again, err := os.ReadFile(s.CA); err != nil || string(again) != string(ca) {
		t.Errorf("another CA: clients that trust the first do not trust it (%v)", err)
	}
	s.alpha().robotRegister("kept-two.com")
	s.kill()

	s = startSandbox(t, "--data", dir)
	for _, name := range []string{"kept-one.com", "kept-two.com", "example.com"} {
		if err := s.alpha().sees(name); err != nil {
			t.Errorf("%s after SIGKILL: %v", name, err)
		}
	}
	s.stop()
	for _, f := range []string{"secret.key", "registrars.json", "ca-key.pem", "polyreg.db", "registry.db"} {
		if st, err := os.Stat(filepath.Join(dir, f)); err != nil || f != "polyreg.db" && f != "registry.db" && st.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", f, st, err)
		}
	}
}

// TestDataFolderInUse: a second process says who holds the folder, and does no harm.
func TestDataFolderInUse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := startSandbox(t, "--data", dir)
	refused(t, []string{dir, "in use by process " + strconv.Itoa(s.pid), "--memory"}, "sandbox", "--data", dir, "--port-base", "0")
	if status, body := s.alpha().robot("GET", "/hello", ""); status != 200 {
		t.Errorf("the first one: %d %s", status, body)
	}
	s.stop()
}

// TestDefaultDataFolder lies below the user's data home.
func TestDefaultDataFolder(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	p := start(t, []string{"XDG_DATA_HOME=" + home}, program(t), "sandbox", "--port-base", "0")
	p.find("is ready")
	if _, err := os.Stat(filepath.Join(home, "polyreg", "sandbox", "polyreg.db")); err != nil {
		t.Error(err)
	}
	p.stop()
}

// TestMemoryLeavesNothing: the private folder goes away, and nothing is written elsewhere.
func TestMemoryLeavesNothing(t *testing.T) {
	t.Parallel()
	tmp, home, file := t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "e.json")
	p := start(t, []string{"TMPDIR=" + tmp, "HOME=" + home, "XDG_DATA_HOME=" + home}, program(t), "sandbox", "--memory", "--port-base", "0", "--endpoints-file", file)
	p.find("is ready")
	during, err := os.ReadDir(tmp)
	if err != nil || len(during) != 1 {
		t.Fatalf("one folder while it runs: %v %v", during, err)
	}
	if st, err := os.Stat(filepath.Join(tmp, during[0].Name())); err != nil || st.Mode().Perm() != 0o700 {
		t.Errorf("the folder is open to others: %v %v", st.Mode(), err)
	}
	p.stop()
	for _, dir := range []string{tmp, home} {
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v %v", left, err)
		}
	}
	// Nothing comes back with the next start.
	s := memory(t)
	s.alpha().robotRegister("forgotten.com")
	s.stop()
	if err := memory(t).alpha().sees("forgotten.com"); err == nil {
		t.Error("a name of an earlier run")
	}
}

// TestSeedAgain: a folder that is started with a longer seed gets what is new and keeps what it has.
func TestSeedAgain(t *testing.T) {
	t.Parallel()
	dir, demo := t.TempDir(), mustRun(t, "seed", "example")
	s := startSandbox(t, "--data", dir)
	s.alpha().robotRegister("grown.com")
	s.stop()
	more := strings.Replace(demo, "\nforeign_domains:", "\n  - {name: new-in-seed.com, account: alpha, registrant: jane}\n\nforeign_domains:", 1)
	s = startSandbox(t, "--data", dir, "--seed", write(t, t.TempDir(), "more.yaml", more))
	for _, name := range []string{"grown.com", "new-in-seed.com", "example.com"} {
		if err := s.alpha().sees(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	s.stop()
}
