package sim

import (
	"context"
	"slices"
	"time"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// call is one command of a logged-in registrar.
type call struct {
	who    repo.Registrar
	clTRID string
	svTRID string
	now    time.Time // registrar time
	svcs   *epp.Services
}

// execute answers a command; it never fails.
func (ss *session) execute(ctx context.Context, cmd *epp.Command) *epp.Response {
	if x, found := cmd.Unannounced(ss.uses(cmd)); found {
		return ss.answerTo(cmd.ClTRID, refuse(epp.CodeExtension, element{x.Space, x.Local, ""}, "the log-in did not name the extension, or it is not offered"))
	}
	if cmd.Login != nil {
		if err := ss.login(ctx, cmd); err != nil {
			return ss.answerTo(cmd.ClTRID, err)
		}
		r := epp.Respond(epp.CodeOK, cmd.ClTRID, ss.srv.svTRID())
		r.Ext.LoginSec = ss.securityEvents()
		return r
	}
	if !ss.loggedIn {
		return ss.answerTo(cmd.ClTRID, refuse(epp.CodeUse, element{}, "log in first"))
	}
	if cmd.Logout {
		return epp.Respond(epp.CodeEndingSession, cmd.ClTRID, ss.srv.svTRID())
	}
	if o := cmd.Object(); o != "" && !ss.objects[o] {
		return ss.answerTo(cmd.ClTRID, refuse(epp.CodeObjectService, element{}, "the log-in did not name the object service %s", o))
	}
	c := &call{who: ss.who, clTRID: cmd.ClTRID, svTRID: ss.srv.svTRID(), now: ss.srv.cfg.Clocks.Registrar(),
		svcs: &ss.services}
	a, err := ss.srv.command(ctx, c, cmd)
	if err != nil {
		return ss.answerTo(cmd.ClTRID, err)
	}
	if a.code == 0 {
		a.code = epp.CodeOK
	}
	r := epp.Respond(a.code, c.clTRID, c.svTRID)
	r.Data, r.MsgQ, r.Ext = a.data, a.msgQ, a.ext
	if cmd.Poll != nil || r.Ext != (epp.ResponseExt{}) {
		return r.Fit(&ss.services)
	}
	return r
}

// uses tells which extensions a command may use: those that the log-in named, in a log-in those that it names itself.
func (ss *session) uses(cmd *epp.Command) func(space string) bool {
	services := &ss.services
	if cmd.Login != nil {
		services = &cmd.Login.Services
	}
	return func(space string) bool { return ss.srv.offers(space) && services.Has(space) }
}

// offers reports whether the server has an extension.
func (s *Server) offers(space string) bool { return slices.Contains(s.cfg.Extensions, space) }

// command runs one command; each is in a file of its own.
func (s *Server) command(ctx context.Context, c *call, cmd *epp.Command) (*answer, error) {
	switch {
	case cmd.Poll != nil:
		return s.poll(ctx, c, cmd.Poll)
	case cmd.Ext.LaunchInfo != nil || cmd.Ext.LaunchUpdate != nil || cmd.Ext.LaunchDelete != nil:
		return nil, noApplication()
	case cmd.CheckDomain != nil:
		return s.checkDomain(ctx, c, cmd)
	case cmd.InfoDomain != nil:
		return s.infoDomain(ctx, c, cmd.InfoDomain)
	case cmd.CreateDomain != nil:
		return s.createDomain(ctx, c, cmd)
	case cmd.RenewDomain != nil:
		return s.renewDomain(ctx, c, cmd)
	case cmd.UpdateDomain != nil:
		return s.updateDomain(ctx, c, cmd)
	case cmd.TransferDomain != nil:
		return s.transferDomain(ctx, c, cmd)
	case cmd.DeleteDomain != nil:
		return s.deleteDomain(ctx, c, cmd.DeleteDomain)
	case cmd.TransferContact != nil:
		return s.transferContact(ctx, c, cmd)
	case cmd.Ext.FeeCheck != nil || cmd.Ext.FeeTransfer != nil || cmd.Ext.FeeUpdate != nil || cmd.Ext.FeeCreate != nil:
		return nil, refuse(epp.CodeExtension, element{epp.NSFee, "", ""}, "contacts and hosts cost nothing")
	case setSpaces[cmd.Object()] != "":
		return s.setCommand(ctx, c, cmd)
	case cmd.CheckContact != nil:
		return s.checkContact(ctx, c, cmd.CheckContact)
	case cmd.InfoContact != nil:
		return s.infoContact(ctx, c, cmd.InfoContact)
	case cmd.CreateContact != nil:
		return s.createContact(ctx, c, cmd.CreateContact)
	case cmd.UpdateContact != nil:
		return s.updateContact(ctx, c, cmd.UpdateContact)
	case cmd.DeleteContact != nil:
		return s.deleteContact(ctx, c, cmd.DeleteContact)
	case cmd.CheckHost != nil:
		return s.checkHost(ctx, c, cmd.CheckHost)
	case cmd.InfoHost != nil:
		return s.infoHost(ctx, c, cmd.InfoHost)
	case cmd.CreateHost != nil:
		return s.createHost(ctx, c, cmd.CreateHost)
	case cmd.UpdateHost != nil:
		return s.updateHost(ctx, c, cmd.UpdateHost)
	case cmd.DeleteHost != nil:
		return s.deleteHost(ctx, c, cmd.DeleteHost)
	}
	return nil, refuse(epp.CodeUnimplementedCommand, ofEPP(cmd.Verb(), ""), "the command is not offered")
}
