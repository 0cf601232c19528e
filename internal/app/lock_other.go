//go:build !unix

package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// dirLock keeps a data folder for one process by a file that must not exist.
type dirLock struct{ path string }

func lockDir(dir string) (*dirLock, error) {
	path := filepath.Join(dir, "lock")
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		holder, _ := os.ReadFile(path) // an unreadable lock file only makes the message shorter
		return nil, fmt.Errorf("the data folder %s is in use by process %s; if that has ended, remove %s", dir, strings.TrimSpace(string(holder)), path)
	}
	if err != nil {
		return nil, fmt.Errorf("locking the data folder: %w", err)
	}
	defer f.Close()
	_, err = f.WriteString(strconv.Itoa(os.Getpid()) + "\n")
	return &dirLock{path}, err
}

func (l *dirLock) unlock() error { return os.Remove(l.path) }
