package autodns

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/wire/internetx"
)

// authInfoCreate is task 0113001. The status' object is the code, also when there is one already, for clients read it from there
// (autodns-xml.md §11, §20.13).
func authInfoCreate(ctx context.Context, t *task) (result, error) {
	name, err := t.identifier()
	if err != nil {
		return result{}, err
	}
	t.c.Notice = order.NoticeIfPending
	have, err := do(ctx, t, command.AuthInfo{Name: name})
	switch {
	case err == nil:
		exists := internetx.HasAuthInfo
		r := t.done('E', message{text: exists.Text.In(t.q.german()), code: exists.Code, kind: "error", object: object{kind: "authinfo"}})
		r.object = object{"authinfo", have}
		return r, nil
	case errs.As(err).Field != "auth_info":
		return result{}, err
	}
	out, err := do(ctx, t, command.NewAuthInfo{Name: name})
	if err != nil {
		return result{}, err
	}
	t.subject = object{kind: "authinfo"}
	if out.Pending {
		return t.done('N'), nil
	}
	if !t.c.DryRun {
		if t.subject.value, err = do(ctx, t, command.AuthInfo{Name: name}); err != nil {
			return result{}, err
		}
	}
	return t.done('S'), nil
}
