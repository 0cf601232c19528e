package dialecttest

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
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
)

// Stage is the world around a transcript: what happens between its requests, and what later requests repeat of earlier answers.
type Stage struct {
	*World
	T     *testing.T
	words map[string]string
}

// Happen lets time pass or another registrar act: the ending of a part's name says what, its text with which name, address, amount
// or for how long.
func (s *Stage) Happen(name, text string) {
	s.T.Helper()
	ctx := s.T.Context()
	forward := time.Duration(0)
	var err error
	switch path.Ext(name) {
	case ".advance": // days
		days, failed := strconv.Atoi(strings.TrimSuffix(text, "d"))
		forward, err = time.Duration(days)*day, failed
	case ".take":
		err = s.Sim.TakeByTransfer(ctx, repo.Live, text, core.OtherRegistrar)
	case ".approve":
		err = s.Sim.Approve(ctx, repo.Live, text)
	case ".reject":
		err = s.Sim.Reject(ctx, repo.Live, text)
	case ".give": // to the other registrar; its code is {auth}
		var code string
		code, err = s.Sim.Give(ctx, repo.Live, text, core.OtherRegistrar)
		s.Keep("auth", code)
	case ".verify": // the token of the mail to the address is {proof}
		s.Keep("proof", s.Mailed(text))
	case ".deposit": // for the account poor, in cents
		minor, failed := strconv.ParseInt(text, 10, 64)
		if err = failed; err == nil {
			s.Deposit(s.T, "poor", minor)
		}
	default:
		s.T.Fatalf("%s: nothing like that happens", name)
	}
	if err == nil {
		_, err = s.Core.Lifecycle.Advance(ctx, s.Clocks.Registrar().Add(forward), nil)
	}
	if err != nil {
		s.T.Fatalf("%s: %v", name, err)
	}
}

var tokenForm = regexp.MustCompile(`/verify/([A-Za-z0-9_-]+)`)

// Mailed is the token in alpha's latest verification mail to an address.
func (s *Stage) Mailed(to string) string {
	s.T.Helper()
	mails, err := s.Runner.Mails(s.T.Context(), command.MailQuery{Account: s.Caller(s.T, "alpha").Account.ID, To: to, Limit: 100})
	must(s.T, err)
	token := ""
	for _, m := range mails {
		if found := tokenForm.FindStringSubmatch(m.Body); m.Kind == "verification" && found != nil {
			token = found[1]
		}
	}
	if token == "" {
		s.T.Errorf("no mail with a token to %s", to)
	}
	return token
}

// Keep lets later requests say {word} for a value.
func (s *Stage) Keep(word, value string) {
	if s.words == nil {
		s.words = map[string]string{}
	}
	s.words[word] = value
}

// Note keeps of an answer what the first group of a form matches.
func (s *Stage) Note(answer string, forms map[string]*regexp.Regexp) {
	for word, form := range forms {
		if m := form.FindStringSubmatch(answer); m != nil {
			s.Keep(word, m[1])
		}
	}
}

// Fill puts what was kept into a request.
func (s *Stage) Fill(request string) string {
	for word, value := range s.words {
		request = strings.ReplaceAll(request, "{"+word+"}", value)
	}
	return request
}

// Deposit pays something in for an account, in cents.
func (w *World) Deposit(t testing.TB, account string, minor int64) {
	t.Helper()
	must(t, w.Store.InTx(t.Context(), func(ctx context.Context, tx command.Tx) error {
		return tx.Deposit(ctx, w.Caller(t, account).Account.ID, money.New(minor, "EUR"), "test")
	}))
}

// Wait moves the clock.
func (w *World) Wait(t testing.TB, days int) {
	t.Helper()
	_, err := w.Core.Lifecycle.Advance(t.Context(), w.Clocks.Registrar().Add(time.Duration(days)*day), nil)
	must(t, err)
}
