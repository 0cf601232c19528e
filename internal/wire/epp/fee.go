package epp

import (
	"math"
	"strconv"
	"strings"
)

// Commands that a fee can be asked for (RFC 8748 §3.2); a custom one is named by CustomName.
const (
	FeeForCreate   = "create"
	FeeForDelete   = "delete"
	FeeForRenew    = "renew"
	FeeForUpdate   = "update"
	FeeForTransfer = "transfer"
	FeeForRestore  = "restore"
	FeeForCustom   = "custom"
)

// FeeCheck asks in a check what commands cost (RFC 8748 §5.1.1). An empty currency means the server's.
type FeeCheck struct {
	Currency string       `epp:"currency,t=currency,opt"`
	Commands []FeeCommand `epp:"command"`
}

// FeeCommand is a command, for a period where it has one, in a launch phase where one is meant (RFC 8748 §3.2).
type FeeCommand struct {
	Name       string  `epp:"@name,t=feecommand"`
	CustomName string  `epp:"@customName,t=token,opt"`
	Phase      string  `epp:"@phase,t=token,opt"`
	Subphase   string  `epp:"@subphase,t=token,opt"`
	Period     *Period `epp:"period,opt"`
}

func (c *FeeCommand) check(at Name) *Error { return customName(at, c.Name, c.CustomName) }

// customName holds that a custom command has a name and that no other has one.
func customName(at Name, name, custom string) *Error {
	switch {
	case name == FeeForCustom && custom == "":
		return fault(CodeMissingParameter, at, "attribute customName is missing")
	case name != FeeForCustom && custom != "":
		return fault(CodeSyntax, at, "attribute customName does not belong to this command")
	}
	return nil
}

// FeeChecked answers a check, one item per object.
type FeeChecked struct {
	Currency string    `epp:"currency,t=currency"`
	Items    []FeeItem `epp:"cd"`
}

// FeeItem is what commands on one object cost. Avail is false when the server cannot tell; Reason says why then. Class is a
// premium class, empty or "standard" for none.
type FeeItem struct {
	Avail    bool         `epp:"@avail,def=1"`
	Object   FeeObject    `epp:"objID"`
	Class    string       `epp:"class,t=token,opt"`
	Commands []FeeOffered `epp:"command,opt"`
	Reason   *FeeReason   `epp:"reason,opt"`
}

// FeeObject names an object; Element is the element that names it in its mapping, "name" when absent.
type FeeObject struct {
	Element string `epp:"@element,t=nmtoken,opt"`
	ID      string `epp:",text,t=label"`
}

// FeeOffered is what one command costs (RFC 8748 §5.1.1); no fee means that the command is not possible, for Reason.
// Standard says that the fee is that of an object without a class.
type FeeOffered struct {
	Name       string     `epp:"@name,t=feecommand"`
	CustomName string     `epp:"@customName,t=token,opt"`
	Phase      string     `epp:"@phase,t=token,opt"`
	Subphase   string     `epp:"@subphase,t=token,opt"`
	Standard   bool       `epp:"@standard,opt"`
	Period     *Period    `epp:"period,opt"`
	Fees       []Fee      `epp:"fee,opt"`
	Credits    []Credit   `epp:"credit,opt"`
	Reason     *FeeReason `epp:"reason,opt"`
}

func (c *FeeOffered) check(at Name) *Error { return customName(at, c.Name, c.CustomName) }

// FeeReason says why there is no fee, in words.
type FeeReason struct {
	Lang string `epp:"@lang,t=lang,opt"`
	Text string `epp:",text,t=token"`
}

// Fee is an amount of at least 0, as a decimal number; Grace is an xsd:duration within which it is given back when
// Refundable; Applied is "immediate" or "delayed", empty for immediate (RFC 8748 §3.4).
type Fee struct {
	Description string `epp:"@description,t=string,opt"`
	Lang        string `epp:"@lang,t=lang,opt"`
	Refundable  *bool  `epp:"@refundable,opt"`
	Grace       string `epp:"@grace-period,t=duration,opt"`
	Applied     string `epp:"@applied,t=applied,opt"`
	Amount      string `epp:",text,t=nonneg"`
}

// Credit is an amount of at most 0, as a decimal number (RFC 8748 §3.4.2).
type Credit struct {
	Description string `epp:"@description,t=string,opt"`
	Lang        string `epp:"@lang,t=lang,opt"`
	Amount      string `epp:",text,t=nonpos"`
}

// FeeAgreed states in a command what the client is ready to pay: in total at least the server's price, else 2004
// (RFC 8748 §3.4 and §5.2).
type FeeAgreed struct {
	Currency string   `epp:"currency,t=currency,opt"`
	Fees     []Fee    `epp:"fee"`
	Credits  []Credit `epp:"credit,opt"`
}

// FeeCharged tells after a command what was charged, and the account's balance and credit limit if the server likes.
type FeeCharged struct {
	Currency    string   `epp:"currency,t=currency,opt"`
	Period      *Period  `epp:"period,opt"`
	Fees        []Fee    `epp:"fee,opt"`
	Credits     []Credit `epp:"credit,opt"`
	Balance     string   `epp:"balance,t=decimal,opt"`
	CreditLimit string   `epp:"creditLimit,t=decimal,opt"`
}

// Total adds up fees and credits in minor units of a currency with so many digits; false when one cannot be read or the sum
// is too large.
func Total(fees []Fee, credits []Credit, digits int) (int64, bool) {
	amounts := make([]string, 0, len(fees)+len(credits))
	for _, f := range fees {
		amounts = append(amounts, f.Amount)
	}
	for _, c := range credits {
		amounts = append(amounts, c.Amount)
	}
	var sum int64
	for _, a := range amounts {
		n, ok := MinorUnits(a, digits)
		if !ok || n > 0 && sum > math.MaxInt64-n || n < 0 && sum < math.MinInt64-n {
			return 0, false
		}
		sum += n
	}
	return sum, true
}

// Find is the offer for a command on an object, nil when there is none; a nil FeeChecked has none. The period decides
// between several offers when it is not nil.
func (f *FeeChecked) Find(id, command string, period *Period) *FeeOffered {
	if f == nil {
		return nil
	}
	for i := range f.Items {
		item := &f.Items[i]
		if !strings.EqualFold(item.Object.ID, id) {
			continue
		}
		for j := range item.Commands {
			o := &item.Commands[j]
			if o.Name == command && (period == nil || o.Period != nil && *o.Period == *period) {
				return o
			}
		}
	}
	return nil
}

// MinorUnits reads a decimal number as minor units of a currency with so many digits; false when it is none, has more
// digits that count, or is too large.
func MinorUnits(decimal string, digits int) (int64, bool) {
	s := collapse(decimal)
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimLeft(s, "+-")
	whole, frac, _ := strings.Cut(s, ".")
	frac = strings.TrimRight(frac, "0")
	if !isDecimal(decimal) || len(frac) > digits || digits > 18 {
		return 0, false
	}
	text := strings.TrimLeft(whole+frac+strings.Repeat("0", digits-len(frac)), "0")
	if text == "" {
		return 0, true
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n > math.MaxInt64 {
		return 0, false
	}
	if neg {
		return -int64(n), true
	}
	return int64(n), true
}

// FromMinorUnits writes minor units as a decimal number with exactly so many digits.
func FromMinorUnits(n int64, digits int) string {
	sign, u := "", uint64(n)
	if n < 0 {
		sign, u = "-", -u
	}
	s := strconv.FormatUint(u, 10)
	if digits <= 0 {
		return sign + s
	}
	if pad := digits + 1 - len(s); pad > 0 {
		s = strings.Repeat("0", pad) + s
	}
	return sign + s[:len(s)-digits] + "." + s[len(s)-digits:]
}
