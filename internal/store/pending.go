package store

import (
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/host"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/notify"
	"github.com/polyreg/polyreg/internal/order"
)

func (t *tx) Refund(ctx context.Context, n order.Number, reason, text string) (given money.Amount, ok bool, err error) {
	panic("pending")
}
func (t *tx) VerifyEmail(ctx context.Context, acc account.ID, email string) error { panic("pending") }
func (t *tx) DomainsByRegistrantEmail(ctx context.Context, acc account.ID, email string) ([]domain.Domain, error) {
	panic("pending")
}
func (t *tx) AddVerification(ctx context.Context, v *contact.Verification) (bool, error) {
	panic("pending")
}
func (t *tx) Verification(ctx context.Context, acc account.ID, email string) (contact.Verification, error) {
	panic("pending")
}
func (t *tx) VerificationByToken(ctx context.Context, hash string) (contact.Verification, error) {
	panic("pending")
}
func (t *tx) PutVerification(ctx context.Context, v contact.Verification) error { panic("pending") }
func (t *tx) VerificationByID(ctx context.Context, id int64) (contact.Verification, error) {
	panic("pending")
}
func (t *tx) AddHost(ctx context.Context, env account.Environment, h *host.Host) error {
	panic("pending")
}
func (t *tx) ChangeHost(ctx context.Context, h host.Host) error { panic("pending") }
func (t *tx) DeleteHost(ctx context.Context, id int64) error    { panic("pending") }
func (t *tx) ListHosts(ctx context.Context, accs []account.ID, q command.Query) ([]host.Host, command.Page, error) {
	panic("pending")
}
func (t *tx) RehomeHosts(ctx context.Context, env account.Environment, below dname.Name, to account.ID) error {
	panic("pending")
}
func (t *tx) ChargedOrders(ctx context.Context, acc account.ID, name dname.Name, limit int) ([]order.Order, error) {
	panic("pending")
}
func (t *tx) OpenOrders(ctx context.Context, after order.Number, limit int) ([]order.Order, error) {
	panic("pending")
}
func (t *tx) AddMail(ctx context.Context, m *notify.Mail) error { return nil }
func (t *tx) DueMails(ctx context.Context, wall time.Time, limit int) ([]notify.Mail, error) {
	panic("pending")
}
func (t *tx) PutMail(ctx context.Context, m notify.Mail) error        { panic("pending") }
func (t *tx) Mail(ctx context.Context, id int64) (notify.Mail, error) { panic("pending") }
func (t *tx) Mails(ctx context.Context, q command.MailQuery) ([]notify.Mail, error) {
	panic("pending")
}
func (t *tx) AddObligation(ctx context.Context, o *notify.Obligation) (bool, error) { return true, nil }
func (t *tx) Obligations(ctx context.Context, acc account.ID, kind, name string) ([]notify.Obligation, error) {
	panic("pending")
}
func (t *tx) Marks(ctx context.Context) (command.Marks, error) { panic("pending") }
func (t *tx) Timeline(ctx context.Context, after command.Marks, limit int) ([]command.Event, command.Marks, error) {
	panic("pending")
}
