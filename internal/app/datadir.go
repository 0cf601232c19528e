package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/id"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/secret"
)

// dataDir is a sandbox's folder: databases, key, certificate authority, the platform's registrar passwords.
type dataDir struct {
	path      string
	temporary bool
	lock      *dirLock
}

// DefaultDataDir is below the user's data home (XDG Base Directory).
func DefaultDataDir() (string, error) {
	if d := os.Getenv("XDG_DATA_HOME"); d != "" {
		return filepath.Join(d, "polyreg", "sandbox"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("no home folder is known: say --data DIR or --memory: %w", err)
	}
	return filepath.Join(home, ".local", "share", "polyreg", "sandbox"), nil
}

// openDataDir makes and locks a folder, or a temporary one.
func openDataDir(path string, memory bool) (*dataDir, error) {
	if memory {
		dir, err := os.MkdirTemp("", "polyreg-sandbox-")
		return &dataDir{path: dir, temporary: true}, err
	}
	path, err := filepath.Abs(path) // the endpoints file names files in it, for programs that run elsewhere
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("making the data folder: %w", err)
	}
	lock, err := lockDir(path)
	if err != nil {
		return nil, err
	}
	return &dataDir{path: path, lock: lock}, nil
}

func (d *dataDir) file(name string) string { return filepath.Join(d.path, name) }

// close gives the folder free; a temporary one goes away.
func (d *dataDir) close() error {
	if d.temporary {
		return os.RemoveAll(d.path)
	}
	return d.lock.unlock()
}

// ring is the folder's key ring, made at the first use.
func (d *dataDir) ring() (*secret.Ring, error) {
	path := d.file("secret.key")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := secret.CreateKeyFile(path, "k1"); err != nil {
			return nil, err
		}
	}
	return secret.LoadRing(path)
}

// logins are the registrars' passwords at the embedded registry, drawn once per folder.
func (d *dataDir) logins() (map[string]core.Login, string, error) {
	type file struct{ Live, Test, Other string }
	var f file
	path := d.file("registrars.json")
	b, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f = file{id.Secret(16), id.Secret(16), id.Secret(16)}
		if b, err = json.Marshal(f); err != nil {
			return nil, "", err
		}
		if err := os.WriteFile(path, b, 0o600); err != nil {
			return nil, "", err
		}
	case err != nil:
		return nil, "", err
	default:
		if err := json.Unmarshal(b, &f); err != nil {
			return nil, "", fmt.Errorf("reading %s: %w", path, err)
		}
	}
	return map[string]core.Login{
		repo.Live: {User: core.PlatformLogins[repo.Live], Password: f.Live},
		repo.Test: {User: core.PlatformLogins[repo.Test], Password: f.Test},
	}, f.Other, nil
}
