package app

import (
	"html/template"
	"net/http"
	"strings"

	"github.com/polyreg/polyreg/internal/errs"
)

// verifyPath is where the links of verification mails lead.
const verifyPath = "/verify/"

var verifyPage = template.Must(template.New("verify").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
<title>{{.Title}}</title></head>
<body><h1>{{.Title}}</h1><p>{{.Text}}</p>
{{if .Ask}}<form method="post"><button type="submit">Confirm</button></form>{{end}}
</body></html>
`))

type verifyText struct {
	Title, Text string
	Ask         bool
}

// verify lets a registrant confirm an e-mail address. Opening the link only asks, for programs that look at mails open it too.
func (a *App) verify(w http.ResponseWriter, r *http.Request) {
	token := strings.TrimPrefix(r.URL.Path, verifyPath)
	say := func(status int, t verifyText) {
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", "default-src 'none'; form-action 'self'; frame-ancestors 'none'")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		w.WriteHeader(status)
		if err := verifyPage.Execute(w, t); err != nil {
			a.log.Debug("writing a page", "err", err)
		}
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		say(http.StatusOK, verifyText{Title: "Confirm your e-mail address", Text: "Please confirm that you read mails sent to this address.", Ask: true})
		return
	}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", "GET, HEAD, POST")
		say(http.StatusMethodNotAllowed, verifyText{Title: "Not possible", Text: "Please open the link of the mail."})
		return
	}
	email, err := a.core.Runner.VerifyEmail(r.Context(), token)
	switch {
	case errs.Is(err, errs.NotFound):
		say(http.StatusNotFound, verifyText{Title: "This link is not valid", Text: "It may have been replaced by a newer one. Please use the latest mail, or ask for a new one."})
	case err != nil:
		a.log.Error("verifying an address", "err", err)
		say(http.StatusInternalServerError, verifyText{Title: "Something went wrong", Text: "Please try again later."})
	default:
		say(http.StatusOK, verifyText{Title: "Thank you", Text: "The address " + email + " is confirmed."})
	}
}
