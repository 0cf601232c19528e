package domainrobot

import (
	"context"
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
)

// stage is the world around a transcript: what happens between its requests, and what later requests repeat of earlier answers.
type stage struct {
	t *testing.T
	*dialecttest.World
	words map[string]string
}

// happen lets time pass or another registrar act: the ending of a part's name says what, its text with which name or how long.
func (s *stage) happen(name, text string) {
	s.t.Helper()
	ctx := s.t.Context()
	forward := time.Duration(0)
	var err error
	switch what := path.Ext(name); what {
	case ".advance":
		days, failed := strconv.Atoi(strings.TrimSuffix(text, "d"))
		forward, err = time.Duration(days)*24*time.Hour, failed
	case ".take":
		err = s.Sim.TakeByTransfer(ctx, repo.Live, text, core.OtherRegistrar)
	case ".approve":
		err = s.Sim.Approve(ctx, repo.Live, text)
	case ".reject":
		err = s.Sim.Reject(ctx, repo.Live, text)
	case ".verify":
		s.keep("reference", s.mailed(text))
	case ".deposit": // for the account poor, in cents
		minor, failed := strconv.ParseInt(text, 10, 64)
		if err = failed; err == nil {
			s.deposit("poor", minor)
		}
	default:
		s.t.Fatalf("%s: nothing like that happens", name)
	}
	if err == nil {
		_, err = s.Core.Lifecycle.Advance(ctx, s.Clocks.Registrar().Add(forward), nil)
	}
	if err != nil {
		s.t.Fatalf("%s: %v", name, err)
	}
}

func (s *stage) deposit(account string, minor int64) {
	s.t.Helper()
	err := s.Store.InTx(s.t.Context(), func(ctx context.Context, tx command.Tx) error {
		return tx.Deposit(ctx, s.Caller(s.t, account).Account.ID, money.New(minor, "EUR"), "test")
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// mailed is the token in the latest mail to an address.
func (s *stage) mailed(to string) string {
	s.t.Helper()
	mails, err := s.Store.View().Mails(s.t.Context(), command.MailQuery{Account: s.Caller(s.t, "alpha").Account.ID, To: to, Limit: 100})
	if err != nil {
		s.t.Fatal(err)
	}
	token := ""
	for _, m := range mails {
		if found := tokenForm.FindStringSubmatch(m.Body); m.Kind == "verification" && found != nil {
			token = found[1]
		}
	}
	if token == "" {
		s.t.Errorf("no mail with a token to %s", to)
	}
	return token
}

func (s *stage) keep(word, value string) {
	if s.words == nil {
		s.words = map[string]string{}
	}
	s.words[word] = value
}

// note keeps what later requests may repeat: the message and the job seen last.
func (s *stage) note(answer string) {
	for word, form := range map[string]*regexp.Regexp{"message": messageForm, "job": jobForm} {
		if m := form.FindStringSubmatch(answer); m != nil {
			s.keep(word, m[1])
		}
	}
}

var (
	messageForm = regexp.MustCompile(`"object":\{"type":"Message","value":"(\d+)","summary"`)
	jobForm     = regexp.MustCompile(`"execution":"[^"]*"[^}]*"id":(\d+)\}`)
	tokenForm   = regexp.MustCompile(`/verify/(\w+)`)
)

// fill puts what was kept into a request.
func (s *stage) fill(request string) string {
	for word, value := range s.words {
		request = strings.ReplaceAll(request, "{"+word+"}", value)
	}
	return request
}
