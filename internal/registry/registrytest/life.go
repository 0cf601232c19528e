package registrytest

import (
	"slices"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/registry"
)

// info demands a domain.
func (s *suite) info(t *testing.T, n dname.Name) registry.Domain {
	t.Helper()
	d, err := s.reg.InfoDomain(t.Context(), n)
	if err != nil {
		t.Fatalf("info %s: %v", n, err)
	}
	return d
}

func (s *suite) available(t *testing.T, n dname.Name) bool {
	t.Helper()
	got, err := s.reg.CheckDomains(t.Context(), []dname.Name{n})
	if err != nil || len(got) != 1 {
		t.Fatalf("check %s: %+v, %v", n, got, err)
	}
	return got[0].Available
}

// inTransit demands of a domain that is deleted and not free that the registry itself holds it, out of the client's reach.
func (s *suite) inTransit(t *testing.T, d registry.Domain) bool {
	t.Helper()
	_, err := s.reg.UpdateDomain(t.Context(), s.trid(), registry.DomainUpdate{Name: d.Name, AddStatus: []string{"clientHold"}})
	refused(t, "update of a domain in transit", err, registry.CodeAuthorization)
	if len(d.RGPStatuses) > 0 {
		t.Errorf("grace statuses of a domain in transit: %v", d.RGPStatuses)
	}
	return true
}

// gone deletes a domain and shows that it is: free again (false), or in redemption or transit.
func (s *suite) gone(t *testing.T, n dname.Name) (kept bool) {
	t.Helper()
	r, err := s.reg.DeleteDomain(t.Context(), s.trid(), n)
	if err != nil || r.SvTRID == "" {
		t.Fatalf("delete: %+v, %v", r, err)
	}
	if !r.Pending {
		d, err := s.reg.InfoDomain(t.Context(), n)
		if err == nil && slices.Contains(d.Statuses, "pendingDelete") {
			return s.inTransit(t, d)
		}
		refused(t, "info after the delete", err, registry.CodeNotExist)
		return false
	}
	d := s.info(t, n)
	if !slices.Contains(d.Statuses, "pendingDelete") {
		t.Errorf("statuses after the delete: %v", d.Statuses)
	}
	if s.caps.RGP && !slices.Equal(d.RGPStatuses, []string{registry.RGPRedemptionPeriod}) {
		t.Errorf("grace statuses after the delete: %v", d.RGPStatuses)
	}
	return true
}

func (s *suite) domainDelete(t *testing.T) {
	ctx := t.Context()
	n := s.domain()
	_, err := s.reg.DeleteDomain(ctx, s.trid(), n)
	refused(t, "delete of nothing", err, registry.CodeNotExist)
	s.register(t, registry.DomainCreate{Name: n, Years: 1})
	lock := []string{"clientDeleteProhibited"}
	r, err := s.reg.UpdateDomain(ctx, s.trid(), registry.DomainUpdate{Name: n, AddStatus: lock})
	done(t, "lock", r, err)
	_, err = s.reg.DeleteDomain(ctx, s.trid(), n)
	refused(t, "delete of a locked domain", err, registry.CodeStatusProhibits)
	r, err = s.reg.UpdateDomain(ctx, s.trid(), registry.DomainUpdate{Name: n, RemStatus: lock})
	done(t, "unlock", r, err)
	if s.available(t, n) { // what was taken a moment ago must not be said to be so after the delete
		t.Error("available before the delete")
	}
	kept := s.gone(t, n)
	if s.available(t, n) == kept {
		t.Errorf("available after the delete: %v", !kept)
	}
	_, err = s.reg.DeleteDomain(ctx, s.trid(), n)
	refused(t, "second delete", err, registry.CodeNotExist, registry.CodeStatusProhibits, registry.CodeAuthorization)
}

func (s *suite) contactDelete(t *testing.T) {
	ctx := t.Context()
	in := s.filled(t, registry.DomainCreate{Name: s.domain(), Years: 1})
	s.register(t, in)
	_, err := s.reg.DeleteContact(ctx, s.trid(), in.Registrant)
	refused(t, "delete in use", err, registry.CodeInUse)
	c := s.contactFor(t)
	r, err := s.reg.DeleteContact(ctx, s.trid(), c)
	done(t, "delete", r, err)
	_, err = s.reg.InfoContact(ctx, c)
	refused(t, "info after the delete", err, registry.CodeNotExist)
	_, err = s.reg.DeleteContact(ctx, s.trid(), c)
	refused(t, "second delete", err, registry.CodeNotExist)
}

func (s *suite) hostDelete(t *testing.T) {
	ctx := t.Context()
	hosts := s.hostsFor(t, 2)
	used, h, renamed := hosts[0], hosts[1], s.outside()
	s.register(t, registry.DomainCreate{Name: s.domain(), Years: 1, NameServers: []dname.Name{used}})
	_, err := s.reg.DeleteHost(ctx, s.trid(), used)
	refused(t, "delete in use", err, registry.CodeInUse)
	r, err := s.reg.UpdateHost(ctx, s.trid(), registry.HostUpdate{Name: h, NewName: renamed})
	done(t, "rename", r, err)
	_, err = s.reg.InfoHost(ctx, h)
	refused(t, "info of the old name", err, registry.CodeNotExist)
	r, err = s.reg.DeleteHost(ctx, s.trid(), renamed)
	done(t, "delete", r, err)
	_, err = s.reg.InfoHost(ctx, renamed)
	refused(t, "info after the delete", err, registry.CodeNotExist)
	_, err = s.reg.DeleteHost(ctx, s.trid(), renamed)
	refused(t, "second delete", err, registry.CodeNotExist)
}

func (s *suite) restore(t *testing.T) {
	ctx := t.Context()
	n := s.domain()
	s.register(t, registry.DomainCreate{Name: n, Years: 1})
	_, err := s.reg.RestoreDomain(ctx, s.trid(), registry.DomainRestore{Name: n})
	refused(t, "restore of a domain that is not deleted", err, registry.CodeStatusProhibits)
	deleted := time.Now()
	if !s.gone(t, n) {
		t.Skip("the registry deletes a new name at once")
	}
	got, err := s.reg.RestoreDomain(ctx, s.trid(), registry.DomainRestore{Name: n})
	if err != nil || got.SvTRID == "" {
		t.Fatalf("restore: %+v, %v", got, err)
	}
	d := s.info(t, n)
	if slices.Contains(d.RGPStatuses, registry.RGPPendingRestore) {
		if !slices.Contains(got.RGPStatuses, registry.RGPPendingRestore) {
			t.Errorf("the restore does not say that a report is due: %+v", got)
		}
		got, err = s.reg.ReportRestore(ctx, s.trid(), registry.RestoreReport{Name: n, PreData: "name " + n.String(),
			PostData: "name " + n.String() + " <&>", Deleted: deleted, Restored: time.Now(), Reason: "Deleted by mistake."})
		done(t, "report", got.Result, err)
		d = s.info(t, n)
	}
	if slices.Contains(d.Statuses, "pendingDelete") || slices.Contains(d.RGPStatuses, registry.RGPRedemptionPeriod) ||
		slices.Contains(d.RGPStatuses, registry.RGPPendingRestore) {
		t.Errorf("after the restore: %v %v", d.Statuses, d.RGPStatuses)
	}
	_, err = s.reg.RestoreDomain(ctx, s.trid(), registry.DomainRestore{Name: n})
	refused(t, "second restore", err, registry.CodeStatusProhibits)
}
