// Package dns is the authoritative name server: it answers from snapshots of the platform's zones, which it takes from a
// Source. A library reads and writes what comes seldom (record data in presentation form, what masters of secondary zones send);
// what is asked thousands of times a second (a query for a record) is read and answered by code of its own, on octets.
//
// A zone is an immutable Snapshot, found by its origin in a hash table: a query looks at one place per label of the name, however
// many zones there are. A changed zone is built anew and swapped.
package dns
