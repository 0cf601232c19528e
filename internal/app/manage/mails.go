package manage

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/notify"
)

// mail is a message to a person. Nothing leaves a sandbox: it can be read here.
type mail struct {
	ID      int64  `json:"id"`
	Account string `json:"account"`
	Kind    string `json:"kind"`
	Domain  string `json:"domain,omitempty"`
	To      string `json:"to"`
	Subject string `json:"subject"`
	State   string `json:"state"`
	Created string `json:"created"` // registrar time
	Body    string `json:"body,omitempty"`
	Error   string `json:"error,omitempty"`
}

// getMails lists mails by number, without their bodies: ?to=ADDRESS&domain=NAME&account=NAME&after=ID&limit=N. The answer says
// whether there are more.
func (a *API) getMails(r *http.Request) (any, error) {
	in := r.URL.Query()
	q := command.MailQuery{To: in.Get("to"), Object: in.Get("domain")}
	var err error
	if q.After, err = numberOf(r, "after", 0); err != nil {
		return nil, err
	}
	if q.Limit, err = limitOf(r); err != nil {
		return nil, err
	}
	only, err := a.onlyOf(r)
	if err != nil {
		return nil, err
	}
	list, more, err := a.mails(r.Context(), q, only)
	if err != nil {
		return nil, err
	}
	out, n := []mail{}, a.names()
	for _, m := range list {
		s := shownMail(m, n.of(r.Context(), m.Account).Name)
		s.Body = ""
		out = append(out, s)
	}
	return map[string]any{"mails": out, "more": more}, nil
}

// mails lists mails by number: of some accounts, or of all when only is nil. more says that there are others behind them.
func (a *API) mails(ctx context.Context, q command.MailQuery, only []account.ID) (list []notify.Mail, more bool, err error) {
	if only == nil {
		only = []account.ID{0}
	}
	limit := q.Limit
	q.Limit++
	for _, acc := range only {
		q.Account = acc
		of, err := a.Runner.Mails(ctx, q)
		if err != nil {
			return nil, false, err
		}
		list = append(list, of...)
	}
	slices.SortFunc(list, func(x, y notify.Mail) int { return cmp.Compare(x.ID, y.ID) })
	return list[:min(len(list), limit)], len(list) > limit, nil
}

// getMail reads one.
func (a *API) getMail(r *http.Request) (any, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return nil, errs.F(errs.Invalid, "id", "a mail has a number, not %q", r.PathValue("id"))
	}
	m, err := a.Runner.Mail(r.Context(), id)
	if errs.Is(err, errs.NotFound) {
		return nil, errs.F(errs.NotFound, "id", "there is no mail %d", id)
	}
	if err != nil {
		return nil, err
	}
	return shownMail(m, a.names().of(r.Context(), m.Account).Name), nil
}

func shownMail(m notify.Mail, account string) mail {
	return mail{ID: m.ID, Account: account, Kind: m.Kind, Domain: m.ObjectName, To: m.To, Subject: m.Subject, State: string(m.State),
		Created: stamp(m.Created), Body: m.Body, Error: m.Error}
}
