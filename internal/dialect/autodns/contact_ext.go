package autodns

import (
	"maps"
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/xmlx"
)

// extensionItem is an element of a contact's extension that is kept under a name shared with the vendor's JSON interface.
type extensionItem struct {
	name  string
	extra string
}

// extensionItems (autodns-xml.md §12.1).
var extensionItems = []extensionItem{
	{"gender", "extensions.general.gender"}, {"idnumber", "extensions.general.identification.number"},
	{"birthday", "extensions.general.birth.day"}, {"birthplace", "extensions.general.birth.place"},
	{"birthcountry", "extensions.general.birth.country"}, {"trademark_name", "extensions.general.trademark.name"},
	{"trademark_number", "extensions.general.trademark.number"}, {"trademark_country", "extensions.general.trademark.country"},
	{"trademark_regdate", "extensions.general.trademark.regdate"}, {"trademark_appdate", "extensions.general.trademark.appdate"},
	{"mobile_phone", "extensions.general.mobilePhone"},
}

// ownExtra marks items that only this interface names.
const ownExtra = "autodns."

// Bounds of what a contact's extension can hold beyond the known elements.
const (
	maxExtensions = 50
	maxExtension  = 255
)

// readExtension takes the elements of an extension; unknown ones are data of a single TLD and kept as they are.
func readExtension(n *xmlx.Node, d *contact.Data, path string, l *errs.List) {
	if n == nil {
		return
	}
	if len(n.Children) > maxExtensions {
		l.Add(bad(errs.TooLarge, path+".extension", "", "has too many elements"))
		return
	}
	for _, c := range n.Children {
		v := c.Trim()
		switch {
		case c.Name == "mode" || v == "" || !plainName(c.Name):
		case len(v) > maxExtension || len(c.Name) > maxExtension:
			l.Add(bad(errs.Invalid, path+".extension."+clip(c.Name), v, "is too long"))
		case c.Name == "gender":
			word, ok := map[string]string{"m": "MALE", "f": "FEMALE", "male": "MALE", "female": "FEMALE"}[lower(v)]
			if !ok {
				l.Add(bad(errs.Invalid, path+".extension.gender", v, "must be m or f"))
			}
			setExtra(d, extraOf(c.Name), word)
		case c.Name == "vatnumber":
			d.VATID = v
		case c.Name == "companynumber":
			d.CompanyNo = v
		case c.Name == "language":
			d.Language = v
		default:
			setExtra(d, extraOf(c.Name), v)
		}
	}
}

// plainName reports whether an element name can be written back without a thought.
func plainName(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) < 0 && (s[0] < '0' || s[0] > '9')
}

func extraOf(name string) string {
	for _, x := range extensionItems {
		if x.name == name {
			return x.extra
		}
	}
	return ownExtra + name
}

// replaces reports whether an update's extension says that what is not sent is to be deleted (autodns-xml.md §12.1).
func replaces(n *xmlx.Node) bool {
	mode := lower(n.Path("extension").ChildText("mode"))
	return mode == "replace" || mode == "1"
}

// extensionEls are the extension's elements, the known ones first.
func extensionEls(d contact.Data) []el {
	var out []el
	for _, x := range extensionItems {
		v := d.Extra[x.extra]
		if x.name == "gender" && v != "" {
			v = strings.ToLower(v[:1])
		}
		out = append(out, leaf(x.name, v))
	}
	out = append(out, leaf("companynumber", d.CompanyNo), leaf("vatnumber", d.VATID), leaf("language", d.Language))
	for _, k := range slices.Sorted(maps.Keys(d.Extra)) {
		if n, ok := strings.CutPrefix(k, ownExtra); ok {
			out = append(out, leaf(n, d.Extra[k]))
		}
	}
	return some(out...)
}
