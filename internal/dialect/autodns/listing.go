package autodns

import (
	"context"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

// fetch asks the core for one page of a list.
type fetch[T any] func(context.Context, command.Query) ([]T, command.Page, error)

// collect gathers what a list task asks for, page by page, and the number of all matches. A problem that the core has with the
// query is one of the task's conditions.
func collect[T any](ctx context.Context, p page, next fetch[T]) (all []T, total int, err error) {
	q := p.query
	q.Count = true
	for {
		q.Limit = min(p.limit-len(all), command.MaxPage)
		rows, got, err := next(ctx, q)
		if err != nil {
			if e := errs.As(err); errs.Is(err, errs.Invalid, errs.Missing, errs.TooLarge) {
				return nil, 0, bad(e.Kind, "request.task.where", "", strings.TrimSpace(e.Field+" "+e.Text))
			}
			return nil, 0, err
		}
		if q.Count {
			total = got.Total
		}
		all = append(all, rows...)
		if got.Next == "" || len(all) >= p.limit {
			return all, total, nil
		}
		q.After, q.Count, q.Offset = got.Next, false, 0
	}
}

// listed is the answer to a list task: the number of all matches, then the page's objects. Nothing found is a success
// (autodns-xml.md §21).
func listed(total int, objects []el) result {
	return result{data: append([]el{leaf("summary", strconv.Itoa(total))}, objects...)}
}

func lower(s string) string { return strings.ToLower(strings.TrimSpace(s)) }
