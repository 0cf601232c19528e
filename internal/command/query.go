package command

// Op compares a field with values.
type Op string

// Operators. Like takes % and _ as wildcards and ignores case.
const (
	Equal     Op = "eq"
	NotEqual  Op = "ne"
	Like      Op = "like"
	NotLike   Op = "notlike"
	Less      Op = "lt"
	LessEq    Op = "le"
	Greater   Op = "gt"
	GreaterEq Op = "ge"
	In        Op = "in"
	NotIn     Op = "notin"
	IsNull    Op = "null"
	NotNull   Op = "notnull"
)

// Filter is a condition: one comparison, or all of All, or any of Any. The zero value is true. Fields are the core's words;
// which ones exist is said at each list command, another one is refused as Invalid. Times are RFC 3339 text.
type Filter struct {
	Field  string
	Op     Op
	Values []string
	All    []Filter
	Any    []Filter
}

// Sort is one sort key.
type Sort struct {
	Field string
	Desc  bool
}

// Query selects a page of a list. Limit 0 asks for the total alone; a negative one for as many as MaxPage.
type Query struct {
	Where  Filter
	Sort   []Sort // the number of the object is always the last key
	Limit  int
	Offset int
	After  string // cursor of the page before, as given in Page.Next; wins over Offset
	Count  bool   // also count all matches
}

// MaxPage bounds one page of any list.
const MaxPage = 10_000

// Page is what a list gives besides its rows.
type Page struct {
	Total int    // all matches, when asked
	Next  string // cursor of the next page, empty at the end
}

// And joins conditions; empty ones are dropped.
func And(fs ...Filter) Filter {
	var all []Filter
	for _, f := range fs {
		if f.Field != "" || len(f.All) > 0 || len(f.Any) > 0 {
			all = append(all, f)
		}
	}
	if len(all) == 1 {
		return all[0]
	}
	return Filter{All: all}
}

// Where is one comparison.
func Where(field string, op Op, values ...string) Filter {
	return Filter{Field: field, Op: op, Values: values}
}
