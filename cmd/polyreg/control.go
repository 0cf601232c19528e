package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

// defaultSandbox is where `polyreg sandbox` listens by default.
const defaultSandbox = "http://127.0.0.1:8700"

// Environment variables of the commands that control a sandbox.
const (
	envSandbox = "POLYREG_SANDBOX"
	envToken   = "POLYREG_SANDBOX_TOKEN"
)

// codeUnreachable is the exit code when no sandbox answers; anything that it refuses is 1, like a wrong command line.
const codeUnreachable = 3

// controlHelp ends the help of each group of controls.
const controlHelp = `

The sandbox is the one at --sandbox, at $POLYREG_SANDBOX, or at ` + defaultSandbox + `. A sandbox that listens on other than
loopback addresses asks for the token of its endpoints file, in $POLYREG_SANDBOX_TOKEN.

Exit codes: 0 done, 1 refused or a wrong command line, 3 no sandbox answers.`

// exitError is an error with an exit code of its own.
type exitError struct {
	code int
	text string
}

func (e *exitError) Error() string { return e.text }

// ExitCode is what the program ends with.
func (e *exitError) ExitCode() int { return e.code }

// exitCode of an error.
func exitCode(err error) int {
	if e := new(exitError); errors.As(err, &e) {
		return e.code
	}
	return 1
}

// control talks to a sandbox's management API.
type control struct {
	url  string
	json bool
}

// newControl makes a group of commands that control a sandbox, with the flags that they share.
func newControl(group *cobra.Command) *control {
	c := &control{}
	group.Long += controlHelp
	f := group.PersistentFlags()
	f.StringVar(&c.url, "sandbox", "", "base address of the sandbox (default $"+envSandbox+", else "+defaultSandbox+")")
	f.BoolVar(&c.json, "json", false, "print the management API's answer as it is")
	return c
}

// call sends a request and gives the answer's body.
func (c *control) call(ctx context.Context, method, path string, in any) ([]byte, error) {
	res, err := c.open(ctx, method, path, in)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, fmt.Errorf("the sandbox's answer broke off: %w", err)
	}
	return body, nil
}

// open sends a request and gives the answer when it is a success; the caller closes its body.
func (c *control) open(ctx context.Context, method, path string, in any) (*http.Response, error) {
	base := strings.TrimRight(cmp.Or(c.url, os.Getenv(envSandbox), defaultSandbox), "/")
	if u, err := url.Parse(base); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("--sandbox must be an address like %s, not %q", defaultSandbox, base)
	}
	var body io.Reader
	kind := "application/json"
	if text, ok := in.(plainText); ok {
		body, kind = strings.NewReader(string(text)), "text/plain; charset=utf-8"
	} else if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(b)
	}
	r, err := http.NewRequestWithContext(ctx, method, base+"/_polyreg/"+path, body)
	if err != nil {
		return nil, fmt.Errorf("--sandbox: %w", err)
	}
	r.Header.Set("Content-Type", kind)
	if token := os.Getenv(envToken); token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		if ctx.Err() != nil {
			return nil, errors.New("interrupted")
		}
		return nil, &exitError{codeUnreachable, fmt.Sprintf("no sandbox answers at %s (%v): start one with `polyreg sandbox`, or name its address with --sandbox URL or $%s", base, cause(err), envSandbox)}
	}
	if res.StatusCode < 300 {
		return res, nil
	}
	defer res.Body.Close()
	return nil, refusal(base, res)
}

// cause is an error without the request that url.Error repeats.
func cause(err error) error {
	if u := new(url.Error); errors.As(err, &u) {
		return u.Err
	}
	return err
}

// refusal is the error of an answer that is no success.
func refusal(base string, res *http.Response) error {
	body, _ := io.ReadAll(io.LimitReader(res.Body, 64<<10)) // what there is of it says enough
	var p struct{ Error, Field string }
	if err := json.Unmarshal(body, &p); err != nil || p.Error == "" {
		return &exitError{codeUnreachable, fmt.Sprintf("what answers at %s is no polyreg sandbox (%s)", base, res.Status)}
	}
	if strings.HasPrefix(p.Error, "no such management call") {
		return &exitError{codeUnreachable, fmt.Sprintf("the polyreg at %s has no such control: it is no sandbox, or an older one", base)}
	}
	if p.Field != "" && !strings.Contains(p.Error, p.Field) {
		return fmt.Errorf("%s: %s", p.Field, p.Error)
	}
	return errors.New(p.Error)
}

// ask sends a request and shows the answer: as it is with --json, else as show tells.
func ask[T any](cmd *cobra.Command, c *control, rq request, show func(T)) error {
	body, err := c.call(cmd.Context(), rq.method, rq.path, rq.in)
	if err != nil {
		return err
	}
	if c.json {
		_, err := cmd.OutOrStdout().Write(body)
		return err
	}
	var v T
	if err := json.Unmarshal(body, &v); err != nil {
		return fmt.Errorf("the sandbox answered what this program does not know: %w", err)
	}
	show(v)
	return nil
}

// plainText is a request's body that is no JSON.
type plainText string

// request is one call of the management API.
type request struct {
	method, path string
	in           any
}

// query makes the query of a path from pairs of name and value; empty values are left out.
func query(path string, pairs ...string) string {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			v.Set(pairs[i], pairs[i+1])
		}
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// table prints rows in columns; the first row is the head. Without other rows it prints none instead.
func table(cmd *cobra.Command, none string, rows [][]string) {
	if len(rows) < 2 {
		cmd.Println(none)
		return
	}
	w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	for _, r := range rows {
		for i, cell := range r {
			if cell == "" {
				r[i] = "-"
			}
		}
		fmt.Fprintln(w, strings.Join(r, "\t"))
	}
	_ = w.Flush() // standard output
}

// noArgs shows a group's help when it is called without a command, and refuses one that it does not have.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s has no command %q; see %s --help", cmd.CommandPath(), args[0], cmd.CommandPath())
	}
	return nil
}
