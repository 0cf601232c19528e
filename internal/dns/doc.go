// Package dns is the authoritative name server: it answers from snapshots of the platform's zones, which it takes from a
// Source. It is the only package that knows the DNS library; what is asked thousands of times a second (a query for a record)
// is read and answered by code of its own, on octets.
//
// A zone is an immutable Snapshot, found by its origin in a map: a query looks at one entry per label of the name, however many
// zones there are. A changed zone is built anew and swapped.
package dns
