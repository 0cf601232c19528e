// Package command holds the use cases: one file per command, and the Runner that carries each from a dialect to the
// registry and back: authorise → limit → idempotency → validate → transaction → registry → transaction → notice.
//
// A dialect decodes and authenticates, fills a command, calls Do and encodes the result. It decides nothing. Only this
// package and lifecycle open transactions; nothing outside the process is called inside one.
package command
