package epp

import (
	"errors"
	"fmt"
)

// Error says why a frame could not be read or written. A server answers a command that cannot be read with Code; Result
// makes the answer's result of it.
type Error struct {
	Code    int    // result code of RFC 5730 §3: 2000, 2001, 2003, 2004, 2005, 2103 or 2307
	Reason  string // for people; never holds a secret's value
	Element Name   // the offending element, zero when the frame as a whole is bad
	ClTRID  string // the command's transaction id as far as it could be read
}

// Error is for logs.
func (e *Error) Error() string {
	if e.Element.Local == "" {
		return fmt.Sprintf("epp: %d %s", e.Code, e.Reason)
	}
	return fmt.Sprintf("epp: %d %s: %s", e.Code, e.Element.Local, e.Reason)
}

// Result is the result that a server answers.
func (e *Error) Result() Result {
	r := NewResult(e.Code)
	if e.Reason != "" {
		at := e.Element
		if !nameLike(at.Local) {
			at = eppName("undef")
		}
		r.ExtValues = []ExtValue{{Value: Value{Name: at}, Reason: Message{Text: e.Reason}}}
	}
	return r
}

func fault(code int, element Name, format string, args ...any) *Error {
	return &Error{Code: code, Element: element, Reason: fmt.Sprintf(format, args...)}
}

// asError gives err as an *Error; another kind becomes a syntax error.
func asError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Code: CodeSyntax, Reason: err.Error()}
}
