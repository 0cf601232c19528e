package domainrobot

import (
	"encoding/json"
	"strconv"

	"github.com/polyreg/polyreg/internal/contact"
)

// decimal is the public number of a new contact.
func decimal(id contact.ID) string { return strconv.FormatInt(int64(id), 10) }

// numberOf writes a public number as a JSON number; text that is none stays text.
func numberOf(text string) any {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && strconv.FormatInt(n, 10) == text {
		return json.Number(text)
	}
	return text
}
