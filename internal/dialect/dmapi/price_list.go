package dmapi

import (
	"context"
	"strconv"

	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/command"
)

// maxPriceYears is how many price columns the list has.
const maxPriceYears = 10

// notOffered stands for a price or date that there is none of.
const notOffered = "n/a"

// operationWords are the list's words (§7.8.2); clients throw on any other.
var operationWords = map[catalog.Operation]string{
	catalog.Create: "create", catalog.Renew: "renew", catalog.Transfer: "transfer", catalog.Restore: "rgp",
}

// priceList is query-price-list, always separated by tabs.
func priceList(ctx context.Context, rq *request) (*reply, error) {
	lines, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.PriceList{})
	if err != nil {
		return nil, err
	}
	rp := &reply{columns: []string{"type", "operation", "tld", "tld-currency", "currency"}}
	for y := 1; y <= maxPriceYears; y++ {
		rp.columns = append(rp.columns, "price-"+strconv.Itoa(y)+"y")
	}
	rp.columns = append(rp.columns, "valid_from", "valid_until")
	t := &rows{sep: "\t"}
	for len(lines) > 0 {
		head := lines[0]
		prices := make([]string, maxPriceYears)
		for i := range prices {
			prices[i] = notOffered
		}
		n := 0
		for n < len(lines) && lines[n].TLD == head.TLD && lines[n].Operation == head.Operation {
			if y := lines[n].Years; y >= 1 && y <= maxPriceYears {
				prices[y-1] = lines[n].Amount.Decimal()
			}
			n++
		}
		lines = lines[n:]
		word := operationWords[head.Operation]
		if word == "" {
			continue
		}
		cur := string(head.Amount.Currency)
		row := append([]string{"domain", word, head.TLD, cur, cur}, prices...)
		t.add(append(row, notOffered, notOffered)...)
	}
	return t.into(rp), nil
}
