package dmapi

import (
	"context"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
)

// retentionDays is how long the text of a result is kept (§6.1); after that only the first part is shown.
const retentionDays = 90

// resultRetrieve is result-retrieve (§6.3): attributes, and once there is one, the outcome's text.
func resultRetrieve(ctx context.Context, rq *request) (*reply, error) {
	o, err := rq.findResult(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := rq.resultRows(ctx, []order.Order{o})
	if err != nil {
		return nil, err
	}
	row := rows[0]
	var f facts
	f.add("Timestamp", stamp(o.Created))
	f.add("SvTrId", o.Caller.Request)
	f.add("Proc-ID", strconv.FormatInt(int64(o.Number), 10))
	f.add("Request-Type", o.Caller.Command)
	f.add("ClTrId", orDash(o.Caller.ClTRID))
	f.add("Completion-Status", statusWord(o.State, "?"))
	f.add("Object-Name", row.object)
	body := f.String()
	old := o.Created.AddDate(0, 0, retentionDays).Before(rq.d.deps.Runner.Clocks().Registrar())
	if text := resultText(row); text != "" && !old && !o.Caller.Hidden {
		auth, err := rq.authIDLine(ctx, o)
		if err != nil {
			return nil, err
		}
		if body += "\n\n" + text; auth != "" {
			body += "\n" + auth
		}
	}
	return &reply{body: body}, nil
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// resultText is the second part: one fact per line, "" while the order is under way.
func resultText(row resultRow) string {
	o := row.order
	switch o.State {
	case order.Done:
		lines := []string{"result_msg:" + statusText[0]}
		d := command.Detail(o)
		if o.ObjectKind == "contact" && row.object != "-" {
			lines = append(lines, "registry_roid:"+row.object)
		}
		if !d.Expires.IsZero() {
			lines = append(lines, "domain:"+row.object, "expires:"+day(d.Expires))
		}
		return strings.Join(lines, "\n")
	case order.Failed:
		e := o.Error
		if e == nil {
			e = errs.E(errs.RegistryRejected, "The order failed")
		}
		code := codeOf(o.Caller.Command, e)
		lines := []string{"result_code:" + strconv.Itoa(code), "result_msg:" + statusText[code], "error_text:"}
		for _, l := range errorLines(e) {
			lines = append(lines, oneLine(l))
		}
		return strings.Join(append(lines, "----------"), "\n")
	}
	return ""
}

// resultDelete is result-delete (§6.4): it hides the row and drops the text; the status stays.
func resultDelete(ctx context.Context, rq *request) (*reply, error) {
	o, err := rq.findResult(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.HideOrder{Number: o.Number}); err != nil {
		return nil, err
	}
	shown := rq.form.first("svtrid", "proc-id", "procid")
	return &reply{body: "Result " + oneLine(shown) + " deleted"}, nil
}
