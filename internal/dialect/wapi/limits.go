package wapi

import (
	"slices"
	"strconv"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

// The real service's limits (wapi.md §4.2, §4.3). They hold only where limits are on.
var (
	hourRule  = command.Rule{Name: "wapi.hour", Count: 1000, Per: time.Hour, Window: true}
	checkRule = command.Rule{Name: "wapi.check", Count: 100, Per: time.Hour, Window: true}
	blockRule = command.BlockRule{Threshold: 10, Factor: time.Minute, Forget: time.Hour}
)

func accountKey(c command.Caller) string { return strconv.FormatInt(int64(c.Account.ID), 10) }

// limitReached gives a limit's own code for a refusal of the limiter, and any other error as it is.
func limitReached(err error, c code) error {
	if errs.Is(err, errs.RateLimited) {
		return c
	}
	return err
}

// countsAsInvalid reports whether an answer counts towards the block of the address. The ordinary negative answers of check
// commands do not.
func countsAsInvalid(cmd string, c code) bool {
	if c < 2000 {
		return false
	}
	switch cmd {
	case "domain-check":
		return c < 3201 || c > 3206
	case "contact-check":
		return c < 3231 || c > 3236
	case "domain-transfer-check":
		return !slices.Contains([]code{3207, 3208, 3218, 3219, 3220}, c)
	case "domain-tld-period-check":
		return c != badPeriod
	}
	return true
}
