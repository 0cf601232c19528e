package domainrobot

import (
	"context"
	"strconv"

	"github.com/polyreg/polyreg/internal/errs"
)

// userInfo is GET /user/{name}/{context} (1301004): the caller's own user, or one below it. A foreign user looks missing.
func userInfo(ctx context.Context, d *Dialect, q *request) (answer, error) {
	u := who{user: q.args["name"]}
	n, err := strconv.ParseInt(q.arg("context"), 10, 32)
	if err != nil {
		return answer{}, bad(errs.Invalid, "user.context", q.arg("context"), "the context is not a number")
	}
	u.context = int(n)
	acc := q.caller.Account
	if u != q.owner {
		c, err := d.run.ActFor(ctx, q.caller, u.user, u.context, false)
		if errs.Is(err, errs.Forbidden) {
			return answer{}, bad(errs.NotFound, "user", u.user+", "+q.arg("context"), "there is no such user")
		}
		if err != nil {
			return answer{}, err
		}
		acc = c.Account
	}
	return one(classUser, u.user+", "+strconv.Itoa(u.context), d.userJSON(q, u, acc)), nil
}
