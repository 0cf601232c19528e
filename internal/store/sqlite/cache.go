package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"strings"

	msqlite "modernc.org/sqlite"
)

// The driver prepares a statement anew each time it runs, which costs as much as running a small one. So every connection
// keeps its statements prepared, below database/sql, where no lock but the connection's own is concerned.

// cacheSize bounds the statements that one connection keeps; cacheText bounds the text of one.
const (
	cacheSize = 256
	cacheText = 8 << 10
)

// openCached is sql.Open with connections that keep their statements.
func openCached(dsn string) (*sql.DB, error) {
	base, err := msqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector{base}), nil
}

type connector struct{ driver.Connector }

// Connect opens a connection (driver.Connector).
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	raw, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	full, ok := raw.(fullConn)
	if !ok {
		return raw, nil
	}
	return &cachedConn{fullConn: full, idle: map[string]fullStmt{}}, nil
}

// fullConn and fullStmt are what the driver's connections and statements can do.
type fullConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

type fullStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// cachedConn is a connection with its prepared statements. database/sql uses it from one goroutine at a time.
type cachedConn struct {
	fullConn
	idle map[string]fullStmt // statements that are not running, by text
}

// take gives a prepared statement that nobody else uses, nil for a text that is not worth keeping.
func (c *cachedConn) take(ctx context.Context, text string) (fullStmt, error) {
	if s, ok := c.idle[text]; ok {
		delete(c.idle, text)
		return s, nil
	}
	if !keep(text) {
		return nil, nil
	}
	s, err := c.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	full, ok := s.(fullStmt)
	if !ok {
		return nil, s.Close()
	}
	return full, nil
}

// keep is true for single statements that read or change rows.
func keep(text string) bool {
	if len(text) > cacheText {
		return false
	}
	text = strings.TrimLeft(text, " \n\t")
	switch text[:max(strings.IndexAny(text, " \n\t"), 0)] {
	case "SELECT", "INSERT", "UPDATE", "DELETE", "WITH":
		return true
	}
	return false
}

// give puts a statement back after its run.
func (c *cachedConn) give(text string, s fullStmt) error {
	if _, ok := c.idle[text]; ok { // the same text ran twice at once
		return s.Close()
	}
	if len(c.idle) >= cacheSize {
		for old, o := range c.idle { // any one: texts that run often come back
			delete(c.idle, old)
			if err := o.Close(); err != nil {
				return errors.Join(err, s.Close())
			}
			break
		}
	}
	c.idle[text] = s
	return nil
}

// ExecContext runs a statement (driver.ExecerContext).
func (c *cachedConn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.take(ctx, text)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.fullConn.ExecContext(ctx, text, args)
	}
	res, err := s.ExecContext(ctx, args)
	if err != nil {
		s.Close() // a failed statement is not worth keeping
		return nil, err
	}
	return res, c.give(text, s)
}

// QueryContext runs a query (driver.QueryerContext); its statement comes back when the rows are closed.
func (c *cachedConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.take(ctx, text)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.fullConn.QueryContext(ctx, text, args)
	}
	rows, err := s.QueryContext(ctx, args)
	if err != nil {
		s.Close()
		return nil, err
	}
	return &cachedRows{Rows: rows, conn: c, text: text, stmt: s}, nil
}

// Close closes the statements and the connection (driver.Conn).
func (c *cachedConn) Close() error {
	var all []error
	for _, s := range c.idle {
		all = append(all, s.Close())
	}
	c.idle = nil
	return errors.Join(append(all, c.fullConn.Close())...)
}

type cachedRows struct {
	driver.Rows
	conn *cachedConn
	text string
	stmt fullStmt
}

// Close gives the statement back (driver.Rows).
func (r *cachedRows) Close() error {
	if r.stmt == nil {
		return nil
	}
	s := r.stmt
	r.stmt = nil
	if err := r.Rows.Close(); err != nil {
		s.Close()
		return err
	}
	return r.conn.give(r.text, s)
}
