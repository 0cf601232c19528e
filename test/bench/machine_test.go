package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// machine describes what the figures were measured on.
func machine(t testing.TB) string {
	var b strings.Builder
	fmt.Fprintf(&b, "date        %s\n", time.Now().UTC().Format("2006-01-02 15:04 UTC"))
	fmt.Fprintf(&b, "processor   %s, %d cores (GOMAXPROCS %d)\n", field("/proc/cpuinfo", "model name"), runtime.NumCPU(), runtime.GOMAXPROCS(0))
	fmt.Fprintf(&b, "memory      %s\n", field("/proc/meminfo", "MemTotal"))
	kernel, _ := os.ReadFile("/proc/sys/kernel/osrelease")
	fmt.Fprintf(&b, "system      %s/%s, kernel %s, %s\n", runtime.GOOS, runtime.GOARCH, strings.TrimSpace(string(kernel)), runtime.Version())
	fmt.Fprintf(&b, "disk        one write of 8 KiB with fsync takes %s (median of 200)\n", syncTime(t).Round(10*time.Microsecond))
	load, _ := os.ReadFile("/proc/loadavg")
	fmt.Fprintf(&b, "load before %s\n", strings.Join(strings.Fields(string(load))[:min(3, len(strings.Fields(string(load))))], " "))
	return b.String()
}

// field is the first "name: value" of a file in /proc.
func field(file, name string) string {
	text, _ := os.ReadFile(file)
	for line := range strings.Lines(string(text)) {
		if k, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(k) == name {
			return strings.TrimSpace(v)
		}
	}
	return "unknown"
}

// syncTime is how long the disk takes to keep a promise: no durable commit can be faster.
func syncTime(t testing.TB) time.Duration {
	f, err := os.Create(filepath.Join(t.TempDir(), "sync"))
	must(t, err)
	defer f.Close()
	var times []time.Duration
	for range 200 {
		begun := time.Now()
		if _, err := f.Write(make([]byte, 8<<10)); err != nil {
			t.Fatal(err)
		}
		must(t, f.Sync())
		times = append(times, time.Since(begun))
	}
	return median(times)
}
