package opensrs

import (
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/domain"
)

// idle keeps the due list from being worked off but by the test itself.
func idle(o *core.Options) { o.Timing.Due = time.Hour }

// redirecting leads forwarded names somewhere.
func redirecting(o *core.Options) {
	o.Platform.Redirect = []netip.Addr{netip.MustParseAddr("192.0.2.99"), netip.MustParseAddr("2001:db8::99")}
}

// actor does what transcripts tell of beside requests: "advance 24h" moves the clock, "take NAME" and "reject NAME" are the
// other registrar, "approve NAME" the registry about what waits there, "status NAME a b" sets exactly these client statuses, "verify NAME" opens the mail to its owner.
type actor struct {
	w *dialecttest.World
	t *testing.T
}

var verifyLink = regexp.MustCompile(`/verify/(\w+)`)

func (a actor) do(line string) bool {
	a.t.Helper()
	what, rest, _ := strings.Cut(line, " ")
	name, more, _ := strings.Cut(rest, " ")
	ctx, w := a.t.Context(), a.w
	var err error
	switch what {
	case "advance":
		var d time.Duration
		if d, err = time.ParseDuration(rest); err == nil {
			_, err = w.Core.Lifecycle.Advance(ctx, w.Clocks.Registrar().Add(d), nil)
		}
	case "take":
		err = w.Sim.TakeByTransfer(ctx, "live", name, core.OtherRegistrar)
	case "approve":
		err = w.Sim.ResolvePending(ctx, "live", name, true)
	case "reject":
		err = w.Sim.Reject(ctx, "live", name)
	case "status":
		want := map[string]bool{}
		for _, s := range domain.ClientStatuses {
			want[s] = strings.Contains(" "+more+" ", " "+s+" ")
		}
		_, err = command.Do(ctx, w.Runner, w.Caller(a.t, "alpha"), command.UpdateDomain{Name: name, Statuses: want})
	case "verify":
		err = a.verify(name)
	default:
		return false
	}
	if err != nil {
		a.t.Fatalf("%s: %v", line, err)
	}
	return true
}

// verify follows the link of the youngest mail to a domain's owner.
func (a actor) verify(name string) error {
	info, err := command.Do(a.t.Context(), a.w.Runner, a.w.Caller(a.t, "alpha"), command.InfoDomain{Name: name})
	if err != nil {
		return err
	}
	mails, err := a.w.Runner.Mails(a.t.Context(), command.MailQuery{To: info.Contacts[domain.Registrant].Data.Email})
	if err != nil {
		return err
	}
	for _, m := range mails {
		if link := verifyLink.FindStringSubmatch(m.Body); link != nil && m.Kind == "verification" {
			if _, err = a.w.Runner.VerifyEmail(a.t.Context(), link[1]); err == nil {
				return nil
			}
		}
	}
	a.t.Fatalf("no link fits in %d mails: %v", len(mails), err)
	return nil
}
