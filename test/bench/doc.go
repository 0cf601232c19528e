// Package bench measures the whole program against floors that are measured in the same run: domain information through
// each dialect against a bare handler that asks the same of the same database, orders against hand-written transactions
// that write the same rows, and creates and checks at the embedded registry. scripts/bench prints it as a table; as a test it
// holds generous bounds only. Everything is in test files, for it sees adapters that nothing else may see at once.
package bench
