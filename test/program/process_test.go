package program

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/testkit"
)

// patience is how long a process may take for a step: machines that run tests are busy.
const patience = 30 * time.Second

// built is the folder with the program, made by the first test that needs it.
var built struct {
	sync.Once
	dir string
	err error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if built.dir != "" {
		os.RemoveAll(built.dir)
	}
	os.Exit(code)
}

// program is the path of the binary. With -short no process is started.
func program(t testing.TB) string {
	t.Helper()
	if testing.Short() {
		t.Skip("whole programs are not started with -short")
	}
	built.Do(func() {
		if built.dir, built.err = os.MkdirTemp("", "polyreg-program"); built.err != nil {
			return
		}
		build := exec.Command("go", "build", "-o", filepath.Join(built.dir, "polyreg"), "./cmd/polyreg")
		build.Dir = testkit.Root()
		if out, err := build.CombinedOutput(); err != nil {
			built.err = fmt.Errorf("building the program: %w\n%s", err, out)
		}
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return filepath.Join(built.dir, "polyreg")
}

// output collects what a process writes while others read it.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// process is a running program.
type process struct {
	t    testing.TB
	pid  int
	out  output // standard output and standard error
	done chan struct{}
	err  error // how it ended, once done is closed
}

// start runs a program until the test ends. Its last words are shown when the test fails.
func start(t testing.TB, env []string, argv ...string) *process {
	t.Helper()
	p := &process{t: t, done: make(chan struct{})}
	tmp := t.TempDir() // what a killed one leaves behind goes away with the test
	started := make(chan error)
	go func() {
		// The kernel ends the child when the thread that made it ends: keep that thread.
		runtime.LockOSThread()
		defer close(p.done)
		cmd := exec.Command(argv[0], argv[1:]...)
		cmd.Env = append(append(os.Environ(), "TMPDIR="+tmp), env...)
		cmd.Stdout, cmd.Stderr = &p.out, &p.out
		cmd.WaitDelay = 2 * time.Second
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
		err := cmd.Start()
		if err == nil {
			p.pid = cmd.Process.Pid
		}
		started <- err
		if err == nil {
			p.err = cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			text := p.out.String()
			t.Logf("%s %s said:\n%s", filepath.Base(argv[0]), strings.Join(argv[1:], " "), text[max(0, len(text)-4000):])
		}
	})
	return p
}

// running tells whether the process has not ended.
func (p *process) running() bool {
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// kill ends the process, and what it started, at once.
func (p *process) kill() {
	if p.running() {
		syscall.Kill(-p.pid, syscall.SIGKILL)
		<-p.done
	}
}

// stop asks the process to end by SIGTERM: it must do so by itself with exit code 0.
func (p *process) stop() {
	p.t.Helper()
	if !p.running() {
		p.t.Fatalf("ended by itself: %v\n%s", p.err, p.out.String())
	}
	syscall.Kill(p.pid, syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(patience):
		p.t.Fatalf("still running %v after SIGTERM", patience)
	}
	if p.err != nil {
		p.t.Fatalf("SIGTERM should end it cleanly: %v\n%s", p.err, p.out.String())
	}
}

// find waits until the output has a match and gives its first group.
func (p *process) find(re string) string {
	p.t.Helper()
	exp := regexp.MustCompile(re)
	var got string
	eventually(p.t, patience, func() error {
		if m := exp.FindStringSubmatch(p.out.String()); m != nil {
			got = m[len(m)-1]
			return nil
		}
		if !p.running() {
			p.t.Fatalf("ended (%v) before it said %q:\n%s", p.err, re, p.out.String())
		}
		return fmt.Errorf("no word of %q in:\n%s", re, p.out.String())
	})
	return got
}

// eventually calls f until it gives nil.
func eventually(t testing.TB, within time.Duration, f func() error) {
	t.Helper()
	deadline := time.Now().Add(within)
	for {
		err := f()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %v", within, err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// run runs the program to its end and gives exit code, standard output and standard error.
func run(t testing.TB, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	return runIn(t, "", nil, append([]string{program(t)}, args...)...)
}

func runIn(t testing.TB, dir string, env []string, argv ...string) (code int, stdout, stderr string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir, cmd.Env, cmd.WaitDelay = dir, append(os.Environ(), env...), 2*time.Second
	var out, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaints
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s: %v", strings.Join(argv, " "), err)
	}
	return cmd.ProcessState.ExitCode(), out.String(), complaints.String()
}

// mustRun is run for commands that must succeed.
func mustRun(t testing.TB, args ...string) string {
	t.Helper()
	code, out, complaints := run(t, args...)
	if code != 0 {
		t.Fatalf("polyreg %s: exit code %d\n%s%s", strings.Join(args, " "), code, out, complaints)
	}
	return out
}

// refused is run for commands that must fail with exit code 1 and all of the words on standard error.
func refused(t testing.TB, words []string, args ...string) {
	t.Helper()
	code, out, complaints := run(t, args...)
	if code != 1 {
		t.Errorf("polyreg %s: exit code %d, want 1\n%s%s", strings.Join(args, " "), code, out, complaints)
	}
	wantWords(t, complaints, words...)
	if strings.Contains(complaints, "panic") || strings.Contains(complaints, "goroutine ") {
		t.Errorf("polyreg %s shows its insides:\n%s", strings.Join(args, " "), complaints)
	}
}

// wantWords asks for each word in a text.
func wantWords(t testing.TB, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("no %q in:\n%s", w, text)
		}
	}
}

// tools skips the test where a program is missing, or fails it where everything must be there.
func tools(t testing.TB, names ...string) {
	t.Helper()
	for _, n := range names {
		if _, err := exec.LookPath(n); err == nil {
			continue
		}
		if os.Getenv("POLYREG_REQUIRE_TOOLS") != "" {
			t.Fatalf("%s is required and not installed", n)
		}
		t.Skipf("%s is not installed", n)
	}
}

// write writes a file that its owner alone may read and gives its path.
func write(t testing.TB, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
