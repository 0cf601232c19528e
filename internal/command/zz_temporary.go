package command

import "context"

func (RegisterDomain) run(context.Context, *Runner, Caller) (Outcome, error) { panic("to be written") }
func (RenewDomain) run(context.Context, *Runner, Caller) (Outcome, error)    { panic("to be written") }
func (UpdateDomain) run(context.Context, *Runner, Caller) (Outcome, error)   { panic("to be written") }
func (CreateContact) run(context.Context, *Runner, Caller) (CreatedContact, error) {
	panic("to be written")
}
func (UpdateContact) run(context.Context, *Runner, Caller) (Outcome, error) { panic("to be written") }
