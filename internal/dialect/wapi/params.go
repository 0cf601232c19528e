package wapi

import (
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/dname"
)

// tld reads the parameter of that name, an ending without its dot.
func (c *call) tld() (*catalog.TLD, error) {
	word := c.text("tld")
	if word == "" {
		return nil, paramMissing
	}
	tld := c.d.runner.Catalog().TLD(word)
	if tld == nil {
		if ace, err := dname.Parse(strings.TrimPrefix(word, ".")); err == nil {
			tld = c.d.runner.Catalog().TLD(string(ace))
		}
	}
	if tld == nil {
		return nil, badTLD
	}
	return tld, nil
}

// period reads whole years. What is sold is the catalog's matter.
func (c *call) period() (int, error) {
	word := c.text("period")
	if word == "" {
		return 0, paramMissing
	}
	years, err := strconv.Atoi(word)
	if err != nil || years < 1 {
		return 0, badPeriod
	}
	return years, nil
}

// ownName reads the name of a domain that the account may have.
func (c *call) ownName() (string, error) {
	name := c.text("name")
	if name == "" {
		return "", noDomain
	}
	return name, nil
}

// sellable reads a name and finds the ending it lies below.
func (c *call) sellable() (dname.Name, *catalog.TLD, error) {
	text, err := c.ownName()
	if err != nil {
		return "", nil, err
	}
	return c.d.runner.Catalog().CheckName(text)
}
