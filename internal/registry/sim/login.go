package sim

import (
	"context"
	"errors"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// login opens the session (RFC 5730 §2.9.1.1). Services and options are looked at before the password, so that a client
// learns of them without being counted as an intruder.
func (ss *session) login(ctx context.Context, in *epp.Login) error {
	if ss.loggedIn {
		return refuse(epp.CodeUse, element{}, "logged in already")
	}
	objects, err := services(in)
	if err != nil {
		return err
	}
	s := ss.srv
	who, ok, err := s.authenticate(ctx, in)
	if err != nil {
		return err
	}
	if !ok {
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
	ss.loggedIn, ss.who, ss.objects = true, who, objects
	if in.NewPassword == "" {
		return nil
	}
	if err := s.changePassword(ctx, who.ID, in.NewPassword); err != nil {
		s.exit(who.ID)
		ss.loggedIn = false
		return err
	}
	return nil
}

// authenticate finds the registrar and checks its password; an unknown one takes as long as a wrong password.
func (s *Server) authenticate(ctx context.Context, in *epp.Login) (repo.Registrar, bool, error) {
	who, err := s.cfg.Store.Registrar(ctx, in.ClID)
	if errors.Is(err, repo.ErrNotFound) {
		return who, false, s.cfg.Passwords.Waste(ctx, in.Password)
	}
	if err != nil {
		return who, false, err
	}
	ok, err := s.cfg.Passwords.Compare(ctx, who.PasswordHash, in.Password)
	return who, ok, err
}

// services checks version, language and the services asked for.
func services(in *epp.Login) (map[string]bool, error) {
	if in.Options.Version != epp.Version {
		return nil, refuse(epp.CodeVersion, ofEPP("version", in.Options.Version), "only %s is spoken", epp.Version)
	}
	if in.Options.Lang != epp.Lang {
		return nil, refuse(epp.CodeUnimplementedOption, ofEPP("lang", in.Options.Lang), "only %s is spoken", epp.Lang)
	}
	offered := map[string]string{epp.NSDomain: "domain", epp.NSContact: "contact", epp.NSHost: "host"}
	objects := map[string]bool{}
	for _, uri := range in.Services.Objects {
		object, ok := offered[uri]
		if !ok {
			return nil, refuse(epp.CodeObjectService, ofEPP("objURI", uri), "object service is not offered")
		}
		objects[object] = true
	}
	if x := in.Services.Extensions; x != nil && len(x.URIs) > 0 {
		return nil, refuse(epp.CodeExtension, ofEPP("extURI", x.URIs[0]), "extension is not offered")
	}
	return objects, nil
}

func (s *Server) changePassword(ctx context.Context, registrar, password string) error {
	hash, err := s.cfg.Passwords.Hash(ctx, password)
	if err != nil {
		return err
	}
	return s.cfg.Store.InTx(ctx, func(ctx context.Context, tx repo.Tx) error {
		return tx.SetPassword(ctx, registrar, hash)
	})
}

// exit takes back an enter.
func (s *Server) exit(registrar string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.uncount(registrar)
}
