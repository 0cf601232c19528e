package postgres_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/store/postgres"
)

func TestOpenShowsNoPassword(t *testing.T) {
	t.Parallel()
	for _, dsn := range []string{"postgres://u:geheim@127.0.0.1:1/x?sslmode=disable", "postgres://u:geheim@127.0.0.1:port/x", "password=geheim port=x"} {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		_, err := postgres.Open(ctx, dsn, postgres.Options{})
		cancel()
		if err == nil || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%v", err)
		}
	}
}
