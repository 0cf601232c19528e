// Package archtest holds the rules of the house as tests: which package may import which, how long files and functions
// may grow, who reads the clock, who opens transactions, what every decoder and every dialect brings along. It contains
// tests only. A rule that stops a change says why it exists; a rule that is wrong is changed here, in the open, with the
// change that needs it.
package archtest
