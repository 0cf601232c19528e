package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// coldStart runs a sandbox in memory and gives the time until /readyz says that it is ready, and what it then takes of
// memory in KiB.
func coldStart(t testing.TB, binary string) (took time.Duration, memory int, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	file := filepath.Join(t.TempDir(), "endpoints.json")
	cmd := exec.CommandContext(ctx, binary, "sandbox", "--memory", "--port-base", "0", "--endpoints-file", file)
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir())
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, 0, err
	}
	defer func() {
		cmd.Process.Signal(os.Interrupt)
		cmd.Wait()
	}()
	for ctx.Err() == nil {
		if ready(file) {
			took := time.Since(begun)
			return took, resident(cmd.Process.Pid), nil
		}
		time.Sleep(2 * time.Millisecond)
	}
	return 0, 0, fmt.Errorf("%s sandbox is not ready after %s", binary, time.Since(begun))
}

func ready(file string) bool {
	text, err := os.ReadFile(file)
	if err != nil {
		return false
	}
	var e struct{ HTTP string }
	if json.Unmarshal(text, &e) != nil || e.HTTP == "" {
		return false
	}
	res, err := http.Get(e.HTTP + "/readyz")
	if err != nil {
		return false
	}
	defer res.Body.Close()
	io.Copy(io.Discard, res.Body)
	return res.StatusCode == http.StatusOK
}

// resident is a process's resident memory in KiB, 0 where it cannot be told.
func resident(pid int) int {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	var size, pages int
	fmt.Sscan(string(text), &size, &pages)
	return pages * os.Getpagesize() >> 10
}
