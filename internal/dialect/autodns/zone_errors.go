package autodns

import (
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/internetx"
)

// zoneNames are the elements of a zone by the core's fields.
var zoneNames = map[string]string{"zone": "name", "soa.mname": "system_ns", "soa.rname": "soa.email", "soa.minimum": "soa.ttl", "ttl": "soa.ttl",
	"virtual_ns": "system_ns", "server": "source", "records": "rr", "masters": "ns_action", "text": "source"}

// causeOfZone are the causes that tasks on zones and redirects have of their own. Whether a name that cannot be served belongs to
// somebody else is not told.
func causeOfZone(code, kind string, e *errs.Error) (internetx.Cause, bool) {
	record := strings.HasPrefix(e.Field, recordField) || fieldHead(e.Field) == "records" || fieldHead(e.Field) == "remove"
	switch {
	case kind == "redirect":
		return causeOfRedirect(e)
	case kind != "zone":
	case record && e.Kind == errs.Exists:
		return internetx.HasRecord, true
	case record && e.Kind == errs.NotFound:
		return internetx.NoRecord, true
	case e.Field != "zone" && e.Field != "name":
	case e.Kind == errs.Exists, e.Kind == errs.NotOwned && (code == "0201" || code == "0204"):
		return internetx.ZoneExists, true
	case missing(e):
		return internetx.NoZone, true
	}
	return internetx.Cause{}, false
}

// culpritOfZone names the record of a task that a problem is about, as both interfaces do (autodns-xml.md §13.3), else the element.
func (t *task) culpritOfZone(e *errs.Error) (object, bool) {
	_, value, _ := strings.Cut(e.Object, " ")
	switch {
	case t.element == "redirect" && (e.Field == "zone" || e.Field == "source" && value == "" && errs.Is(e, errs.NotFound, errs.Exists)):
		return t.subject, true
	case t.element != "zone":
	case strings.HasPrefix(e.Field, recordField):
		return object{e.Field[len(recordField):], value}, true
	case strings.HasPrefix(e.Field, "records["):
		number, _, _ := strings.Cut(e.Field[len("records["):], "]")
		if i, err := strconv.Atoi(number); err == nil && i < len(t.asked) {
			return t.askedObject(t.asked[i]), true
		}
		return t.subject, true
	case e.Field == "zone" && e.Kind != errs.InvalidName, fieldHead(e.Field) == "remove", errs.Is(e, errs.QuotaExceeded, errs.Conflict):
		return t.subject, true
	}
	return object{}, false
}

// askedObject is where a record stands in the task.
func (t *task) askedObject(a askedRecord) object {
	path := "request.task.zone."
	switch a.in {
	case "main":
		return object{path + "main.value", clip(a.asked.Value)}
	case "nserver":
		return object{path + "nserver[" + strconv.Itoa(a.index) + "].name", clip(strings.TrimSuffix(a.asked.Value, "."))}
	case "free", "search_and_replace":
		return object{path + a.in + "[" + strconv.Itoa(a.index) + "]", clip(a.shown)}
	case "":
		return t.subject
	}
	return object{internetx.RecordObject(string(t.zone.Origin), systemNS(t.zone.Zone), a.index), clip(a.shown)}
}
