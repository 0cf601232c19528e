package config

import (
	"strings"
	"testing"
	"time"
)

func TestRegistryPace(t *testing.T) {
	c, err := Parse([]byte(strings.Replace(good, "one.pw}", `one.pw, sessions: 2, rate: 12.5, check_window: 0s, check_cache: 5s, idle: 10m,
     timeout: {connect: 3s, command: 20s, keep_alive: 1m, logout: 1s},
     maintenance: [{from: 2026-01-31T22:00:00Z, until: "2026-02-01T03:00:00+01:00"}]}`, 1)), "polyreg.yaml")
	if err != nil {
		t.Fatal(err)
	}
	r := c.Registries[0]
	if r.Rate != 12.5 || r.CheckWindow == nil || *r.CheckWindow != 0 || *r.CheckCache != 5*time.Second || r.Idle != 10*time.Minute {
		t.Errorf("%+v", r)
	}
	if want := (Timeout{3 * time.Second, 20 * time.Second, time.Minute, time.Second}); r.Timeout != want {
		t.Errorf("time-outs %+v", r.Timeout)
	}
	w := r.Maintenance
	if len(w) != 1 || !w[0].From.Equal(time.Date(2026, 1, 31, 22, 0, 0, 0, time.UTC)) || !w[0].Until.Equal(time.Date(2026, 2, 1, 2, 0, 0, 0, time.UTC)) {
		t.Errorf("maintenance %+v", w)
	}
}

func TestRegistryPaceIsValidated(t *testing.T) {
	_, err := Parse([]byte(strings.Replace(good, "one.pw}", `one.pw, sessions: -1, rate: -1, check_window: 2s, check_cache: 1h, idle: -1s,
     timeout: {connect: -1s, command: -1s}, maintenance: [{from: 2026-01-31T22:00:00Z}]}`, 1)), "polyreg.yaml")
	for _, key := range []string{"sessions", "rate", "check_window", "check_cache", "idle", "timeout.connect", "timeout.command", "maintenance"} {
		if err == nil || !strings.Contains(err.Error(), "registries[0]."+key+":") {
			t.Errorf("no word of %s in: %v", key, err)
		}
	}
	if _, err := Parse([]byte(strings.Replace(good, "one.pw}", "one.pw, rate: .nan}", 1)), "polyreg.yaml"); err == nil {
		t.Error("a rate that is no number was taken")
	}
}

func TestRegistryProfile(t *testing.T) {
	c, err := Parse([]byte(strings.Replace(good, "one.pw}", "one.pw, profile: cz}", 1)), "polyreg.yaml")
	if err != nil || c.Registries[0].Profile != "cz" || c.Registries[0].CheckLimit != 0 {
		t.Errorf("%+v %v", c, err)
	}
	_, err = Parse([]byte(strings.Replace(good, "one.pw}", "one.pw, profile: cz, host_attributes: true}", 1)), "polyreg.yaml")
	if err == nil || !strings.Contains(err.Error(), "registries[0].profile:") {
		t.Errorf("two that say the same were taken: %v", err)
	}
}
