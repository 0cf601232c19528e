// Command polyreg is the whole program: the sandbox, the production server, and the operator's tools. The files here only
// read flags; what they start lives in internal/app.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := newRoot().ExecuteContext(ctx)
	asked := ctx.Err() != nil && errors.Is(err, context.Canceled) // a signal before it was ready ends it just as cleanly
	stop()
	if err != nil && !asked {
		fmt.Fprintln(os.Stderr, "polyreg: "+err.Error())
		os.Exit(1)
	}
}
