package domainrobot

import (
	"strings"

	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/internetx"
)

// causeOfZone is the cause of a problem of tasks on zones and redirects; ok is false where it is the usual one.
func causeOfZone(rt *route, e *errs.Error) (c cause, ok bool) {
	if rt == nil || rt.object != classZone && rt.object != classRedirect {
		return cause{}, false
	}
	record := strings.HasPrefix(e.Field, ownPath) && e.Field != ownPath+"zone.origin"
	switch e.Kind {
	case errs.NotFound:
		switch {
		case record:
			return refused(internetx.NoRecord), true
		case strings.HasPrefix(e.Object, "redirect "):
			return missing(internetx.NoRedirect), true
		case rt.code == codeRedirectCreate:
			return refused(internetx.NoZone), true
		}
		return missing(internetx.NoZone), true
	case errs.NotOwned:
		switch rt.code {
		case codeZoneCreate: // the name is another account's
			return causes[errs.Forbidden], true
		case codeRedirectCreate:
			return refused(internetx.NoZone), true
		}
		return missing(internetx.NoZone), true
	case errs.Exists:
		switch {
		case rt.object == classRedirect:
			return refused(internetx.HasRedirect), true
		case record:
			return refused(internetx.HasRecord), true
		}
		return refused(internetx.ZoneExists), true
	}
	return cause{}, false
}

// zoneNames are the fields of a zone that the core calls otherwise.
var zoneNames = map[string]string{
	"zone": "origin", "name": "origin", "soa.mname": "virtualNameServer", "soa.rname": "soa.email", "soa.minimum": "soa.ttl", "ttl": "soa.ttl",
	"virtual_ns": "virtualNameServer", "records": "resourceRecords", "server": "source",
}

// zonePath is the client's path of a field of a zone that the core names.
func zonePath(field string) string {
	if n := zoneNames[field]; n != "" {
		field = n
	}
	return "zone." + field
}

// redirectPath is the client's path of a field of a forward: "redirect.target" for forwards[3].target.
func redirectPath(field string) string {
	if _, part, ok := strings.Cut(field, "]."); ok {
		field = part
	}
	if field == "kind" {
		field = "type"
	}
	if field == "zone" || field == "name" || field == "forwards" {
		field = "source"
	}
	return "redirect." + field
}
