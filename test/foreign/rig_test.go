package foreign

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/testkit"
)

// vendorHosts are the names that the clients have built in.
const vendorHosts = "dmapi.joker.com svc.joker.com rr-n1-tor.opensrs.net horizon.opensrs.net batch.opensrs.net api.wedos.com api.autodns.com gateway.autodns.com"

// caBundle is where Debian's programs look for the authorities they trust.
const caBundle = "/etc/ssl/certs/ca-certificates.crt"

// rig is a running sandbox in namespaces of its own.
type rig struct {
	dir  string // scratch folder, gone at the end
	pid  int    // of the sandbox, which holds the namespaces
	ca   string // its certificate authority, a path
	dns  string // address of its name server
	done chan struct{}
	err  error // how the sandbox ended, once done is closed
	log  bytes.Buffer
}

// errUnavailable says that this machine cannot give the tests what they need.
var errUnavailable = errors.New("not available here")

var theRig = sync.OnceValues(startRig)

// setup gives the rig that all tests share; the sandbox is built and started once.
func setup(t *testing.T) *rig {
	t.Helper()
	if testing.Short() {
		t.Skip("whole programs are not started with -short")
	}
	r, err := theRig()
	if errors.Is(err, errUnavailable) {
		missing(t, "%v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// missing skips the test with a reason, or fails it where everything must be there.
func missing(t *testing.T, format string, args ...any) {
	t.Helper()
	if os.Getenv("POLYREG_REQUIRE_TOOLS") != "" {
		t.Fatalf("required, but "+format, args...)
	}
	t.Skipf(format, args...)
}

// need asks for a file of a client: a program or a library.
func need(t *testing.T, path, pkg string) {
	t.Helper()
	if _, err := os.Stat(path); err != nil {
		missing(t, "the client is missing: install %s (%v)", pkg, err)
	}
}

func TestMain(m *testing.M) {
	code := m.Run()
	if r, err := theRigIfStarted(); r != nil && err == nil {
		if err := r.stop(); err != nil {
			fmt.Fprintln(os.Stderr, "sandbox:", err)
			code = max(code, 1)
		}
	}
	os.Exit(code)
}

var rigStarted bool

func theRigIfStarted() (*rig, error) {
	if !rigStarted {
		return nil, nil
	}
	return theRig()
}

// inside is run by the shell in the new namespaces; it becomes the sandbox.
const inside = `set -e
PATH=$PATH:/usr/sbin:/sbin
ip link set lo up
mount --bind "$1/hosts" /etc/hosts
[ ! -e /etc/resolv.conf ] || mount --bind "$1/resolv.conf" /etc/resolv.conf
mount --bind "$1/ca-bundle.crt" ` + caBundle + `
exec "$1/polyreg" sandbox --memory --port-base 0 --vendor-ports --seed "$1/seed.yaml" --endpoints-file "$1/endpoints.json"
`

// unshareArgs ask for new mount and network namespaces; an ordinary user needs a user namespace around them.
func unshareArgs() []string {
	if os.Geteuid() == 0 {
		return []string{"--mount", "--net"}
	}
	return []string{"--map-root-user", "--mount", "--net"}
}

func startRig() (*rig, error) {
	rigStarted = true
	for _, tool := range []string{"unshare", "nsenter", "ip", "mount"} {
		if _, err := exec.LookPath(tool); err != nil {
			return nil, fmt.Errorf("%w: %v", errUnavailable, err)
		}
	}
	if out, err := exec.Command("unshare", append(unshareArgs(), "--", "sh", "-c", "PATH=$PATH:/usr/sbin:/sbin; ip link set lo up")...).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: no mount and network namespaces: %v %s", errUnavailable, err, bytes.TrimSpace(out))
	}
	dir, err := os.MkdirTemp("", "polyreg-foreign")
	if err != nil {
		return nil, err
	}
	r := &rig{dir: dir, done: make(chan struct{})}
	if err := r.prepare(); err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	if err := r.start(); err != nil {
		r.stop()
		return nil, fmt.Errorf("%w\n%s", err, r.log.String())
	}
	return r, nil
}

func (r *rig) prepare() error {
	bundle, err := os.ReadFile(caBundle)
	if err != nil {
		return fmt.Errorf("%w: %v", errUnavailable, err)
	}
	seed, err := os.ReadFile(filepath.Join(testkit.Root(), "test", "foreign", "seed.yaml"))
	if err != nil {
		return err
	}
	for name, text := range map[string][]byte{
		"hosts":         []byte("127.0.0.1 localhost " + vendorHosts + "\n::1 localhost\n"),
		"resolv.conf":   []byte("# no name server: nothing leaves this machine\n"),
		"ca-bundle.crt": bundle,
		"seed.yaml":     seed,
	} {
		if err := os.WriteFile(filepath.Join(r.dir, name), text, 0o644); err != nil {
			return err
		}
	}
	if err := os.Chmod(r.dir, 0o755); err != nil {
		return err
	}
	build := exec.Command("go", "build", "-o", filepath.Join(r.dir, "polyreg"), "./cmd/polyreg")
	build.Dir = testkit.Root()
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building the sandbox: %w\n%s", err, out)
	}
	return nil
}

// start runs the sandbox until it is ready and makes its authority a trusted one inside.
func (r *rig) start() error {
	started := make(chan error)
	go func() {
		// The kernel ends the sandbox when the thread that made it ends: keep that thread.
		runtime.LockOSThread()
		defer close(r.done)
		cmd := exec.Command("unshare", append(unshareArgs(), "--", "sh", "-c", inside, "sandbox", r.dir)...)
		cmd.Stdout, cmd.Stderr = &r.log, &r.log
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
		err := cmd.Start()
		if err == nil {
			r.pid = cmd.Process.Pid
		}
		started <- err
		if err == nil {
			r.err = cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		return err
	}
	ca, err := r.ready(30 * time.Second)
	if err != nil {
		return err
	}
	pem, err := os.ReadFile(ca)
	if err != nil {
		return err
	}
	r.ca = filepath.Join(r.dir, "ca.crt")
	if err := os.WriteFile(r.ca, pem, 0o644); err != nil {
		return err
	}
	// The bundle inside is this very file, bound over the system's: what is added here is trusted there.
	f, err := os.OpenFile(filepath.Join(r.dir, "ca-bundle.crt"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(append([]byte("\n"), pem...))
	return errors.Join(err, f.Close())
}

// ready waits for the endpoints file and gives the path of the sandbox's authority.
func (r *rig) ready(patience time.Duration) (string, error) {
	deadline := time.After(patience)
	for {
		if text, err := os.ReadFile(filepath.Join(r.dir, "endpoints.json")); err == nil {
			var e struct {
				CA  string `json:"ca"`
				DNS string `json:"dns"`
				PID int    `json:"pid"`
			}
			if err := json.Unmarshal(text, &e); err != nil {
				return "", fmt.Errorf("endpoints file: %w", err)
			}
			if e.PID != r.pid {
				return "", fmt.Errorf("endpoints file: pid is %d, the sandbox is %d", e.PID, r.pid)
			}
			r.dns = e.DNS
			return e.CA, nil
		}
		select {
		case <-r.done:
			return "", fmt.Errorf("the sandbox ended before it was ready: %v", r.err)
		case <-deadline:
			return "", fmt.Errorf("the sandbox was not ready within %v", patience)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// stop ends the sandbox, which must go by itself and without complaint.
func (r *rig) stop() error {
	defer os.RemoveAll(r.dir)
	if r.pid == 0 {
		return nil
	}
	select {
	case <-r.done:
		return fmt.Errorf("ended by itself: %v\n%s", r.err, r.log.String())
	default:
	}
	syscall.Kill(r.pid, syscall.SIGTERM)
	select {
	case <-r.done:
	case <-time.After(20 * time.Second):
		syscall.Kill(-r.pid, syscall.SIGKILL)
		<-r.done
		return fmt.Errorf("did not stop within 20 s of SIGTERM\n%s", r.log.String())
	}
	if r.err != nil {
		return fmt.Errorf("SIGTERM should end it cleanly: %w\n%s", r.err, r.log.String())
	}
	return nil
}

// client runs a program inside the namespaces and gives its standard output; it must end with 0 within a minute. Its standard
// error is shown when it fails: some clients warn about their own code.
func (r *rig) client(t *testing.T, env []string, argv ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := r.command(ctx, env, argv...)
	var out, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaints
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s%s", filepath.Base(argv[0]), err, out.String(), complaints.String())
	}
	return out.String()
}

// beside runs a program inside the namespaces until the test ends.
func (r *rig) beside(t *testing.T, env []string, argv ...string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var log bytes.Buffer
	started, ended := make(chan error), make(chan struct{})
	go func() {
		runtime.LockOSThread() // as in start
		defer close(ended)
		cmd := r.command(ctx, env, argv...)
		cmd.Stdout, cmd.Stderr = &log, &log
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // it is killed
		}
	}()
	if err := <-started; err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		<-ended
		if t.Failed() {
			t.Logf("%s:\n%s", filepath.Base(argv[0]), log.Bytes()[max(0, log.Len()-4000):])
		}
	})
}

// command is a program inside the namespaces.
func (r *rig) command(ctx context.Context, env []string, argv ...string) *exec.Cmd {
	args := []string{"--target", strconv.Itoa(r.pid), "--mount", "--net"}
	if os.Geteuid() != 0 {
		args = append(args, "--user", "--preserve-credentials")
	}
	cmd := exec.CommandContext(ctx, "nsenter", append(append(args, "--"), argv...)...)
	cmd.Dir = r.dir
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + r.dir, "LANG=C.UTF-8", "LC_ALL=C.UTF-8",
		"SSL_CERT_FILE=" + caBundle, "REQUESTS_CA_BUNDLE=" + caBundle, "PERL_LWP_SSL_CA_FILE=" + caBundle, "NODE_EXTRA_CA_CERTS=" + r.ca}, env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 2 * time.Second
	return cmd
}

// script is the path of a client's driver.
func script(name string) string {
	return filepath.Join(testkit.Root(), "test", "foreign", "clients", name)
}

// wantLines compares a client's report line by line. In a wanted line * stands for anything.
func wantLines(t *testing.T, got string, want ...string) {
	t.Helper()
	lines := strings.Split(strings.TrimRight(got, "\n"), "\n")
	for i, w := range want {
		if i >= len(lines) {
			t.Errorf("line %d: want %q, the report ends before", i+1, w)
			continue
		}
		if !fits(lines[i], w) {
			t.Errorf("line %d: got %q, want %q", i+1, lines[i], w)
		}
	}
	if len(lines) > len(want) {
		t.Errorf("more lines than wanted: %q", lines[len(want):])
	}
	if t.Failed() {
		t.Logf("the whole report:\n%s", got)
	}
}

func fits(line, pattern string) bool {
	parts := strings.Split(pattern, "*")
	rest, ok := strings.CutPrefix(line, parts[0])
	for _, p := range parts[1:] {
		if !ok {
			return false
		}
		_, rest, ok = strings.Cut(rest, p)
	}
	return ok && (rest == "" || strings.HasSuffix(pattern, "*"))
}
