// Command polyreg is the whole program: the sandbox, the production server, and the operator's tools. The files here only
// read flags; what they start lives in internal/app.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := newRoot().ExecuteContext(ctx)
	stop()
	if err != nil {
		if text := err.Error(); text != "" {
			fmt.Fprintln(os.Stderr, "polyreg: "+text)
		}
		os.Exit(exitCode(err))
	}
}
