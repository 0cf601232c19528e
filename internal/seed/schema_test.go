package seed

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/polyreg/polyreg/internal/testkit"
)

var t0 = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

type schema struct {
	Ref        string             `json:"$ref"`
	Defs       map[string]*schema `json:"$defs"`
	Type       any                `json:"type"`
	Properties map[string]*schema `json:"properties"`
	Required   []string           `json:"required"`
	Items      *schema            `json:"items"`
	// Additional is false, or the schema of a map's values.
	Additional json.RawMessage `json:"additionalProperties"`
	Enum       []string        `json:"enum"`
	AnyOf      []*schema       `json:"anyOf"`
	Const      any             `json:"const"`
}

// TestSchema keeps docs/seed.schema.json and the types in step: the same keys, the same required ones, the same kinds.
func TestSchema(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join(testkit.Root(), "docs", "seed.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	var root schema
	if err := json.Unmarshal(data, &root); err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	compare(t, &root, &root, reflect.TypeFor[Root](), "", used)
	for name := range root.Defs {
		if !used[name] {
			t.Errorf("$defs/%s is not used", name)
		}
	}
}

func compare(t *testing.T, root, s *schema, typ reflect.Type, path string, used map[string]bool) {
	t.Helper()
	if name, ok := strings.CutPrefix(s.Ref, "#/$defs/"); ok {
		used[name] = true
		if s = root.Defs[name]; s == nil {
			t.Errorf("%s: $defs/%s is missing", path, name)
			return
		}
	}
	for _, one := range s.AnyOf {
		if name, ok := strings.CutPrefix(one.Ref, "#/$defs/"); ok {
			used[name] = true
		}
	}
	if len(s.AnyOf) > 0 { // a union type of union.go
		return
	}
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	want := map[reflect.Kind]string{reflect.Struct: "object", reflect.Map: "object", reflect.Slice: "array", reflect.String: "string",
		reflect.Int: "integer", reflect.Bool: "boolean"}[typ.Kind()]
	if s.Type != want && s.Enum == nil && s.Const == nil {
		t.Errorf("%s: type %v, the program reads %s", path, s.Type, want)
	}
	switch typ.Kind() {
	case reflect.Struct:
		compareStruct(t, root, s, typ, path, used)
	case reflect.Slice:
		compare(t, root, s.Items, typ.Elem(), path+"[]", used)
	case reflect.Map:
		if len(s.Properties) > 0 { // a map with a closed set of keys
			for k, p := range s.Properties {
				compare(t, root, p, typ.Elem(), path+"."+k, used)
			}
			return
		}
		var values schema
		if err := json.Unmarshal(s.Additional, &values); err != nil {
			t.Errorf("%s: additionalProperties: %v", path, err)
			return
		}
		compare(t, root, &values, typ.Elem(), path+".*", used)
	}
}

func compareStruct(t *testing.T, root, s *schema, typ reflect.Type, path string, used map[string]bool) {
	t.Helper()
	var keys, required []string
	for i := range typ.NumField() {
		f := typ.Field(i)
		key := f.Tag.Get("yaml")
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != key {
			t.Errorf("%s.%s: yaml key %s, json key %s", path, f.Name, key, name)
		}
		keys = append(keys, key)
		if f.Tag.Get("seed") == "required" {
			required = append(required, key)
		}
		if p := s.Properties[key]; p != nil {
			compare(t, root, p, f.Type, path+"."+key, used)
		}
	}
	var have []string
	for k := range s.Properties {
		have = append(have, k)
	}
	sort.Strings(keys)
	sort.Strings(have)
	if diff := cmp.Diff(keys, have); diff != "" {
		t.Errorf("%s: keys (-program +schema):\n%s", path, diff)
	}
	slices.Sort(required)
	slices.Sort(s.Required)
	if diff := cmp.Diff(required, s.Required); diff != "" {
		t.Errorf("%s: required (-program +schema):\n%s", path, diff)
	}
	if string(s.Additional) != "false" {
		t.Errorf("%s: additionalProperties is %s", path, s.Additional)
	}
}

// TestPage: every example of docs/seed.md is a file that parses, and every key is on the page.
func TestPage(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join(testkit.Root(), "docs", "seed.md"))
	if err != nil {
		t.Fatal(err)
	}
	page, n := string(data), 0
	for rest := page; ; n++ {
		_, after, ok := strings.Cut(rest, "```yaml\n")
		if !ok {
			break
		}
		example, tail, _ := strings.Cut(after, "```")
		rest = tail
		if _, err := Parse([]byte(example), "example", t0); err != nil {
			t.Errorf("%v\nin\n%s", err, example)
		}
	}
	if n < 8 {
		t.Errorf("only %d examples", n)
	}
	seen := map[reflect.Type]bool{}
	var walk func(typ reflect.Type)
	walk = func(typ reflect.Type) {
		switch typ.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			walk(typ.Elem())
		case reflect.Struct:
			if seen[typ] {
				return
			}
			seen[typ] = true
			for i := range typ.NumField() {
				if key := typ.Field(i).Tag.Get("yaml"); !strings.Contains(page, "`"+key+"`") {
					t.Errorf("docs/seed.md does not name the key `%s` of %s", key, typ.Name())
				}
				walk(typ.Field(i).Type)
			}
		}
	}
	walk(reflect.TypeFor[Root]())
}
