package registrytest

import (
	"testing"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/id"
	"github.com/polyreg/polyreg/internal/registry"
)

// told takes messages off a registrar's queue until it is told of a transfer's state.
func told(t *testing.T, reg registry.Registry, n dname.Name, status string) registry.Transfer {
	t.Helper()
	for range maxDrain {
		m, err := reg.PollRequest(t.Context())
		if err != nil {
			t.Fatalf("poll: %v", err)
		}
		if m == nil {
			break
		}
		if err := reg.PollAck(t.Context(), m.ID); err != nil {
			t.Fatalf("ack: %v", err)
		}
		if tr := m.Transfer; tr != nil && tr.Object == "domain" && tr.Name == n.String() && tr.Status == status {
			return *tr
		}
	}
	t.Fatalf("no message that the transfer of %s is %s", n, status)
	return registry.Transfer{}
}

// transferable registers a domain that can be transferred with the authInfo that it gives.
func (s *suite) transferable(t *testing.T) (dname.Name, string) {
	t.Helper()
	n, auth := s.domain(), id.AuthInfo()
	s.register(t, registry.DomainCreate{Name: n, Years: 1, AuthInfo: auth})
	if s.caps.SecureAuth {
		r, err := s.reg.UpdateDomain(t.Context(), s.trid(), registry.DomainUpdate{Name: n, AuthInfo: auth})
		done(t, "set authInfo", r, err)
	}
	return n, auth
}

func (s *suite) transfer(t *testing.T) {
	ctx := t.Context()
	n, auth := s.transferable(t)
	before := s.info(t, n)
	request := registry.DomainTransfer{Op: registry.TransferRequest, Name: n, AuthInfo: auth, Years: 1}
	wrong := request
	wrong.AuthInfo = id.AuthInfo()
	_, err := s.other.TransferDomain(ctx, s.trid(), wrong)
	refused(t, "request with a wrong authInfo", err, registry.CodeBadAuthInfo)
	_, err = s.reg.TransferDomain(ctx, s.trid(), request)
	refused(t, "request of an own domain", err)
	_, err = s.reg.QueryTransfer(ctx, n, "")
	refused(t, "query without a transfer", err, registry.CodeNotPending)

	if s.opt.TransferNoYear {
		_, err = s.other.TransferDomain(ctx, s.trid(), request)
		refused(t, "request with a term where a transfer has none", err, registry.CodePolicy)
		request.Years = 0
	}
	got, err := s.other.TransferDomain(ctx, s.trid(), request)
	if err != nil {
		t.Fatalf("request: %v", err)
	}
	if got.Pending {
		s.decide(t, request, got)
		if got, err = s.reg.TransferDomain(ctx, s.trid(), registry.DomainTransfer{Op: registry.TransferApprove, Name: n}); err != nil {
			t.Fatalf("approve: %v", err)
		}
		if tr := told(t, s.other, n, registry.TransferClientApproved); !tr.Expires.Equal(got.Expires) {
			t.Errorf("message: %+v, want the expiry of %+v", tr, got.Transfer)
		}
	}
	if !got.Transfer.Done() || got.Open() {
		t.Errorf("transfer: %+v, want it done", got.Transfer)
	}
	after, err := s.other.InfoDomain(ctx, n)
	if err != nil {
		t.Fatalf("info: %v", err)
	}
	if after.Sponsor == before.Sponsor || after.Sponsor != got.ReID || after.Transferred.IsZero() || !after.Expires.Equal(got.Expires) ||
		after.Expires.After(before.Expires) == s.opt.TransferNoYear {
		t.Errorf("after the transfer: %+v, want it with %s and a later expiry, %v", after, got.ReID, got.Expires)
	}
	_, err = s.reg.UpdateDomain(ctx, s.trid(), registry.DomainUpdate{Name: n, AddStatus: []string{"clientHold"}})
	refused(t, "update by the former sponsor", err, registry.CodeAuthorization)
}

// decide goes through the ends of a transfer that change nothing, and leaves one open.
func (s *suite) decide(t *testing.T, request registry.DomainTransfer, got registry.Transferred) {
	t.Helper()
	ctx, n := t.Context(), request.Name
	if !got.Open() || got.ReID == "" || got.AcID == got.ReID || got.ReDate.IsZero() || got.Name != n.String() {
		t.Errorf("request: %+v", got)
	}
	told(t, s.reg, n, registry.TransferPending)
	seen, err := s.reg.QueryTransfer(ctx, n, "")
	if err != nil || seen.ReID != got.ReID || !seen.Open() {
		t.Errorf("query: %+v, %v, want %+v", seen, err, got.Transfer)
	}
	_, err = s.other.TransferDomain(ctx, s.trid(), request)
	refused(t, "second request", err, registry.CodePendingTransfer)
	_, err = s.other.TransferDomain(ctx, s.trid(), registry.DomainTransfer{Op: registry.TransferApprove, Name: n})
	refused(t, "approval by the gaining registrar", err, registry.CodeAuthorization)
	for _, end := range []struct {
		op     registry.TransferOp
		status string
		by     registry.Registry
		told   registry.Registry
	}{
		{registry.TransferCancel, registry.TransferClientCancelled, s.other, s.reg},
		{registry.TransferReject, registry.TransferClientRejected, s.reg, s.other},
	} {
		got, err := end.by.TransferDomain(ctx, s.trid(), registry.DomainTransfer{Op: end.op, Name: n})
		done(t, string(end.op), got.Result, err)
		if got.Status != end.status || got.Open() || got.Done() {
			t.Errorf("%s: %+v", end.op, got.Transfer)
		}
		told(t, end.told, n, end.status)
		_, err = end.by.TransferDomain(ctx, s.trid(), registry.DomainTransfer{Op: end.op, Name: n})
		refused(t, "second "+string(end.op), err, registry.CodeNotPending)
		if _, err := s.other.TransferDomain(ctx, s.trid(), request); err != nil {
			t.Fatalf("request after %s: %v", end.op, err)
		}
	}
}

// authInfo is about taking it away.
func (s *suite) authInfo(t *testing.T) {
	ctx := t.Context()
	n, auth := s.transferable(t)
	r, err := s.reg.UpdateDomain(ctx, s.trid(), registry.DomainUpdate{Name: n, UnsetAuth: true})
	done(t, "unset", r, err)
	request := registry.DomainTransfer{Op: registry.TransferRequest, Name: n, AuthInfo: auth}
	_, err = s.other.TransferDomain(ctx, s.trid(), request)
	refused(t, "request without an authInfo in force", err, registry.CodeBadAuthInfo)
	if d := s.info(t, n); d.AuthInfo != "" {
		t.Error("the authInfo is still shown")
	}
	_, err = s.reg.UpdateDomain(ctx, s.trid(), registry.DomainUpdate{Name: n, UnsetAuth: true, AuthInfo: auth})
	refused(t, "set and unset at once", err)
	request.AuthInfo = id.AuthInfo()
	r, err = s.reg.UpdateDomain(ctx, s.trid(), registry.DomainUpdate{Name: n, AuthInfo: request.AuthInfo})
	done(t, "set", r, err)
	if _, err = s.other.TransferDomain(ctx, s.trid(), request); err != nil {
		t.Errorf("request with the new authInfo: %v", err)
	}
}
