package sim_test

import (
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/registry/registrytest"
	"github.com/polyreg/polyreg/internal/registry/sim"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// Claims (RFC 8334): told by a claims check, asked for by a create, with or without the extension in it.
func TestClaims(t *testing.T) {
	t.Parallel()
	w := start(t, func(cfg *sim.Config) { cfg.Names = map[string]sim.NameRule{"brand": {Claim: "2026112200/1/2/3"}} })
	c := w.loginWith("reg-a")
	claims := epp.LaunchPhase{Phase: epp.PhaseClaims}
	r := c.want(epp.CodeOK, &epp.Command{CheckDomain: &epp.DomainCheck{Names: []string{"brand.com", "plain.com", "-.com", "brand.de"}},
		Ext: epp.CommandExt{LaunchCheck: &epp.LaunchCheck{Type: "claims", Phase: claims}}})
	if r.Data != nil || r.Ext.LaunchCheck == nil || len(r.Ext.LaunchCheck.Items) != 4 {
		t.Fatalf("claims check: %+v %+v", r.Data, r.Ext.LaunchCheck)
	}
	for i, item := range r.Ext.LaunchCheck.Items {
		if exists := i == 0; item.Name.Exists != exists || exists && (len(item.Keys) != 1 || item.Keys[0].Key != "2026112200/1/2/3") || !exists && item.Keys != nil {
			t.Errorf("claims check: %+v", item)
		}
	}
	avail := &epp.Command{CheckDomain: &epp.DomainCheck{Names: []string{"brand.com"}}, Ext: epp.CommandExt{LaunchCheck: &epp.LaunchCheck{Type: "avail",
		Phase: epp.LaunchPhase{Phase: epp.PhaseOpen}}}}
	if r = c.want(epp.CodeOK, avail); r.Data == nil || !r.Data.DomainCheck.Items[0].Name.Avail {
		t.Errorf("availability in the open phase: %+v", r.Data)
	}
	avail.Ext.LaunchCheck.Phase.Phase = epp.PhaseSunrise
	c.want(epp.CodePolicy, avail)
	avail.Ext.LaunchCheck.Type = "claims"
	c.want(epp.CodePolicy, avail)

	notice := func(accepted, notAfter time.Duration) *epp.ClaimsNotice {
		return &epp.ClaimsNotice{ID: epp.NoticeID{ID: "370d0b7c9223372036854775807"}, NotAfter: t0.Add(notAfter), Accepted: t0.Add(accepted)}
	}
	for _, v := range []struct {
		what string
		code int
		ext  *epp.LaunchCreate
	}{
		{"no extension", epp.CodeMissingParameter, nil},
		{"no notice", epp.CodeMissingParameter, &epp.LaunchCreate{Phase: claims}},
		{"accepted in the future", epp.CodePolicy, &epp.LaunchCreate{Phase: claims, Notice: notice(time.Hour, 2*time.Hour)}},
		{"not in force", epp.CodePolicy, &epp.LaunchCreate{Phase: claims, Notice: notice(-2*time.Hour, -time.Hour)}},
		{"sunrise", epp.CodePolicy, &epp.LaunchCreate{Phase: epp.LaunchPhase{Phase: epp.PhaseSunrise}, Notice: notice(-time.Hour, time.Hour)}},
		{"an application", epp.CodePolicy, &epp.LaunchCreate{Type: "application", Phase: claims, Notice: notice(-time.Hour, time.Hour)}},
		{"a mark", epp.CodePolicy, &epp.LaunchCreate{Phase: claims, CodeMarks: []epp.CodeMark{{Code: &epp.LaunchCode{Code: "49FD46E6C4B45C55D4AC"}}}}},
		{"accepted", epp.CodeOK, &epp.LaunchCreate{Phase: claims, Notice: notice(-time.Hour, time.Hour)}},
	} {
		cmd := makeDomain("brand.com")
		cmd.Ext.LaunchCreate = v.ext
		if r := c.do(cmd); r.Code() != v.code {
			t.Errorf("%s: got %d, want %d: %+v", v.what, r.Code(), v.code, r.Results)
		}
	}
	for _, cmd := range []*epp.Command{
		{InfoDomain: &epp.DomainInfo{Name: epp.DomainInfoName{Name: "brand.com"}}, Ext: epp.CommandExt{LaunchInfo: &epp.LaunchInfo{Phase: claims}}},
		{DeleteDomain: &epp.DomainDelete{Name: "brand.com"}, Ext: epp.CommandExt{LaunchDelete: &epp.LaunchID{Phase: claims, ApplicationID: "abc"}}},
	} {
		c.want(epp.CodeNotExist, cmd)
	}
	c.want(epp.CodeOK, infoDomain("brand.com"))
	registrytest.ValidateFrames(t, w.frames)
}
