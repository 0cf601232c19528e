// Package rst drives ICANN's RST v2.0 EPP test cases against the embedded registry, over TLS with client certificates on the
// loopback. The cases, their errors and the tables of data are read from the reference data; the drivers are this
// package's own. It holds tests only; docs/registry.md lists what is driven and what is not, and a test holds that list
// against the reference.
package rst
