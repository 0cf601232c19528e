package bench

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// cpu is processor time spent by this process and by the database's processes on this machine.
type cpu struct{ program, database time.Duration }

// used reads both; the database's is zero where /proc does not tell. Processes that end in between are lost.
func used() cpu {
	var u syscall.Rusage
	var c cpu
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) == nil {
		c.program = time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, p := range stats {
		text, err := os.ReadFile(p)
		if err != nil {
			continue
		}
		head, rest, ok := strings.Cut(string(text), ") ")
		if f := strings.Fields(rest); ok && strings.HasSuffix(head, "(postgres") && len(f) > 12 {
			user, _ := strconv.Atoi(f[11])
			system, _ := strconv.Atoi(f[12])
			c.database += time.Duration(user+system) * 10 * time.Millisecond
		}
	}
	return c
}

// per is what was spent since, for each of n.
func (c cpu) per(n int) cpu {
	now := used()
	n = max(n, 1)
	return cpu{(now.program - c.program) / time.Duration(n), (now.database - c.database) / time.Duration(n)}
}
