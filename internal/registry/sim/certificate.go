package sim

import (
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"encoding/hex"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/wire/epp"
)

// certified reports whether a connection may log in as a registrar: with a certificate that fits, where one is asked for.
func (s *Server) certified(registrar string, cert *x509.Certificate) bool {
	prints, needed := s.cfg.ClientCerts[registrar]
	if !needed {
		return true
	}
	now := s.cfg.Clocks.Wall()
	if cert == nil || now.Before(cert.NotBefore) || now.After(cert.NotAfter) {
		return false
	}
	if len(prints) == 0 {
		if s.cfg.ClientCAs == nil {
			return false
		}
		_, err := cert.Verify(x509.VerifyOptions{Roots: s.cfg.ClientCAs, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
		return err == nil
	}
	sum := sha256.Sum256(cert.Raw)
	got := hex.EncodeToString(sum[:])
	for _, p := range prints {
		if subtle.ConstantTimeCompare([]byte(got), []byte(strings.ToLower(strings.ReplaceAll(p, ":", "")))) == 1 {
			return true
		}
	}
	return false
}

// certWarning is how long before its end a client certificate is warned about at the log-in.
const certWarning = 30 * 24 * time.Hour

// securityEvents is what a log-in that named loginSec is told (RFC 8807 §4.1), nil for nothing.
func (ss *session) securityEvents() *epp.LoginSecData {
	if ss.cert == nil || !ss.services.Has(epp.NSLoginSec) || ss.srv.cfg.Clocks.Wall().Add(certWarning).Before(ss.cert.NotAfter) {
		return nil
	}
	return &epp.LoginSecData{Events: []epp.LoginEvent{{Type: epp.EventCertificate, Level: epp.EventWarning,
		ExDate: ss.cert.NotAfter.UTC(), Text: "The client certificate expires soon"}}}
}
