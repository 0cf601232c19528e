// Package foreign drives the whole program with clients that other people wrote, as they ship: from Debian and npm, not a
// line changed. Each believes to speak to its vendor: the tests run in a mount and network namespace of their own, where
// the vendors' host names mean the loopback address, the sandbox listens on the vendors' ports, and its CA is trusted.
// Nothing leaves that namespace. The client that speaks EPP needs none: it is told where the built-in registry is.
package foreign
