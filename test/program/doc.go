// Package program drives the built program as its users do: it builds the binary once, starts it as a process, and speaks to
// it over its ports, by signals, files and exit codes. What belongs here is what only a whole process shows: start and stop,
// data folders, production on PostgreSQL, kill -9 between two programs, and every command line that the documentation prints.
package program
