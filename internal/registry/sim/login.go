package sim

import (
	"context"
	"errors"
	"slices"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// login opens the session (RFC 5730 §2.9.1.1). Services and options are looked at before the password, so that a client
// learns of them without being counted as an intruder.
func (ss *session) login(ctx context.Context, cmd *epp.Command) error {
	in := cmd.Login
	if ss.loggedIn {
		return refuse(epp.CodeUse, element{}, "logged in already")
	}
	s := ss.srv
	objects, err := s.services(in)
	if err != nil {
		return err
	}
	password, newPassword, ok := cmd.Passwords()
	if !ok {
		return refuse(epp.CodeValueSyntax, element{epp.NSLoginSec, "pw", ""}, "the login and its extension do not fit together")
	}
	who, ok, err := s.authenticate(ctx, in.ClID, password)
	if err != nil {
		return err
	}
	if !ok || !s.certified(who.ID, ss.cert) {
		ss.failures++
		s.cfg.Logger.Info("log-in refused", "registrar", in.ClID, "client", ss.raw.RemoteAddr().String(), "failures", ss.failures)
		if ss.failures >= s.cfg.Limits.Logins {
			return refuse(epp.CodeAuthClosing, element{}, "")
		}
		return refuse(epp.CodeAuthentication, element{}, "")
	}
	if !s.enter(who.ID) {
		return refuse(epp.CodeSessionLimit, element{}, "too many sessions")
	}
	ss.loggedIn, ss.who, ss.objects, ss.services = true, who, objects, in.Services
	if newPassword == "" {
		return nil
	}
	if err := s.changePassword(ctx, who.ID, newPassword); err != nil {
		s.exit(who.ID)
		ss.loggedIn = false
		return err
	}
	return nil
}

// authenticate finds the registrar and checks its password; an unknown one takes as long as a wrong password.
func (s *Server) authenticate(ctx context.Context, id, password string) (repo.Registrar, bool, error) {
	who, err := s.cfg.Store.Registrar(ctx, id)
	if errors.Is(err, repo.ErrNotFound) {
		return who, false, s.cfg.Passwords.Waste(ctx, password)
	}
	if err != nil {
		return who, false, err
	}
	ok, err := s.cfg.Passwords.Compare(ctx, who.PasswordHash, password)
	return who, ok, err
}

// services checks version, language and the services asked for.
func (s *Server) services(in *epp.Login) (map[string]bool, error) {
	if in.Options.Version != epp.Version {
		return nil, refuse(epp.CodeVersion, ofEPP("version", in.Options.Version), "only %s is spoken", epp.Version)
	}
	if in.Options.Lang != epp.Lang {
		return nil, refuse(epp.CodeUnimplementedOption, ofEPP("lang", in.Options.Lang), "only %s is spoken", epp.Lang)
	}
	objects := map[string]bool{}
	for _, uri := range in.Services.Objects {
		object := objectOf[uri]
		if !slices.Contains(s.cfg.Objects, uri) {
			return nil, refuse(epp.CodeObjectService, ofEPP("objURI", uri), "object service is not offered")
		}
		objects[object] = true
	}
	if x := in.Services.Extensions; x != nil {
		for _, uri := range x.URIs {
			if !s.offers(uri) {
				return nil, refuse(epp.CodeExtension, ofEPP("extURI", uri), "extension is not offered")
			}
		}
	}
	return objects, nil
}

func (s *Server) changePassword(ctx context.Context, registrar, password string) error {
	hash, err := s.cfg.Passwords.Hash(ctx, password)
	if err != nil {
		return err
	}
	return s.inTx(ctx, func(ctx context.Context, tx repo.Tx) error {
		return tx.SetPassword(ctx, registrar, hash)
	})
}

// exit takes back an enter.
func (s *Server) exit(registrar string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.uncount(registrar)
}
