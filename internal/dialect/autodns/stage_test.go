package autodns

import (
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
)

// stage is the world around a transcript: what happens between its requests, and what later requests repeat of earlier answers.
type stage struct {
	t *testing.T
	*dialecttest.World
	words map[string]string
}

// happen lets time pass or another registrar act; the ending of the part's name says what, its text with which name.
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
	case ".give":
		var code string
		code, err = s.Sim.Give(ctx, repo.Live, text, core.OtherRegistrar)
		s.keep("auth", code)
	case ".verify":
		s.keep("hash", s.mailedHash(text))
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

// mailedHash is the token in the latest mail to an address.
func (s *stage) mailedHash(to string) string {
	s.t.Helper()
	mails, err := s.Store.View().Mails(s.t.Context(), command.MailQuery{Account: s.Caller(s.t, "alpha").Account.ID, To: to, Limit: 100})
	if err != nil {
		s.t.Fatal(err)
	}
	hash := ""
	for _, m := range mails {
		if m.Kind == "verification" {
			if found := tokenForm.FindString(m.Body); found != "" {
				hash = found
			}
		}
	}
	return hash
}

func (s *stage) keep(word, value string) {
	if s.words == nil {
		s.words = map[string]string{}
	}
	s.words[word] = value
}

// note keeps what later requests may repeat: the session, the oldest message, the latest job or cancelation.
func (s *stage) note(answer string) {
	for word, form := range map[string]*regexp.Regexp{"session": hashForm, "message": messageForm, "job": jobForm} {
		if m := form.FindStringSubmatch(answer); m != nil {
			s.keep(word, m[1])
		}
	}
}

var (
	messageForm = regexp.MustCompile(`<message><id>(\d+)</id><owner>`)
	jobForm     = regexp.MustCompile(`<(?:job><id|log_id)>(\d+)<`)
	tokenForm   = regexp.MustCompile(`[A-Za-z0-9_-]{32,}`)
)

// fill puts what was kept into a request.
func (s *stage) fill(body string) string {
	for word, value := range s.words {
		body = strings.ReplaceAll(body, "{"+word+"}", value)
	}
	return body
}
