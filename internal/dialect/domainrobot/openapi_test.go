package domainrobot

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/testkit"
	"golang.org/x/tools/txtar"
)

// schema is as much of an OpenAPI 2.0 schema as the vendor's file uses.
type schema struct {
	Ref        string `json:"$ref"`
	Type       string
	Format     string
	Enum       []string
	Items      *schema
	Properties map[string]*schema
}

type openAPI struct {
	Paths map[string]map[string]struct {
		Responses map[string]struct{ Schema *schema }
	}
	Definitions map[string]*schema
}

func loadOpenAPI(t *testing.T) openAPI {
	t.Helper()
	data, err := os.ReadFile(testkit.Reference(t, "domainrobot", "domainrobot-5.82.7.json"))
	if err != nil {
		t.Fatal(err)
	}
	var api openAPI
	if err := json.Unmarshal(data, &api); err != nil {
		t.Fatal(err)
	}
	return api
}

// TestEveryRouteOfTheVendorIsKnown: each is offered or declined, none is answered as unknown; and its code is the vendor's.
func TestEveryRouteOfTheVendorIsKnown(t *testing.T) {
	t.Parallel()
	api, r := loadOpenAPI(t), newRouter()
	for path, methods := range api.Paths {
		target, _, _ := strings.Cut(path, "?")
		for method := range methods {
			if rt, _ := r.find(strings.ToUpper(method), segments(target)); rt == nil {
				t.Errorf("%s %s is unknown", method, path)
			}
		}
	}
}

var timestamp = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}[+-]\d{4}$`)

// check compares a value with a schema and reports each difference.
func (api openAPI) check(s *schema, v any, path string, report func(string)) {
	if s == nil {
		return
	}
	if s.Ref != "" {
		def := api.Definitions[strings.TrimPrefix(s.Ref, "#/definitions/")]
		if def == nil {
			report(path + ": no definition " + s.Ref)
		}
		api.check(def, v, path, report)
		return
	}
	switch value := v.(type) {
	case nil:
		report(path + " is null")
	case map[string]any:
		if s.Type != "object" {
			report(fmt.Sprintf("%s is an object, not %s", path, s.Type))
		}
		for name, item := range value {
			if p, ok := s.Properties[name]; ok {
				api.check(p, item, path+"."+name, report)
			} else if s.Properties != nil {
				report(path + "." + name + " is not defined")
			}
		}
	case []any:
		if s.Type != "array" {
			report(path + " is a list")
			return
		}
		for i, item := range value {
			api.check(s.Items, item, fmt.Sprintf("%s[%d]", path, i), report)
		}
	default:
		checkScalar(s, v, path, report)
	}
}

func checkScalar(s *schema, v any, path string, report func(string)) {
	switch value := v.(type) {
	case bool:
		if s.Type != "boolean" {
			report(path + " is a boolean")
		}
	case json.Number:
		if s.Type != "number" && (s.Type != "integer" || strings.ContainsAny(string(value), ".eE")) {
			report(fmt.Sprintf("%s is the number %s, not %s", path, value, s.Type))
		}
	case string:
		switch {
		case s.Type != "string":
			report(fmt.Sprintf("%s is text, not %s", path, s.Type))
		case len(s.Enum) > 0 && !slices.Contains(s.Enum, value):
			report(fmt.Sprintf("%s is %q, not one of %v", path, value, s.Enum))
		case s.Format == "date-time" && !timestamp.MatchString(value):
			report(fmt.Sprintf("%s is %q, no timestamp", path, value))
		}
	}
}

// otherClass are answers whose data is richer than what the vendor's file says, by the vendor's own help pages.
var otherClass = map[string]string{"/user/{name}/{context}": "User"}

// TestAnswersFitTheVendorsSchema checks the answers of all transcripts against the vendor's definitions.
func TestAnswersFitTheVendorsSchema(t *testing.T) {
	t.Parallel()
	api := loadOpenAPI(t)
	files, _ := filepath.Glob("testdata/*.txtar")
	checked := 0
	for _, file := range files {
		a := readArchive(t, file)
		for i := 0; i+1 < len(a.Files); i += 2 {
			if api.checkExchange(t, a.Files[i], a.Files[i+1]) {
				checked++
			}
		}
	}
	if checked < 50 {
		t.Errorf("only %d answers checked", checked)
	}
}

func (api openAPI) checkExchange(t *testing.T, request, response txtar.File) bool {
	t.Helper()
	method, rest, _ := strings.Cut(string(request.Data), " ")
	target, _, _ := strings.Cut(rest, " ")
	target, _, _ = strings.Cut(target, "?")
	segs := segments(target)
	if len(segs) > 0 && strings.EqualFold(segs[0], "v1") {
		segs = segs[1:]
	}
	rt, _ := newRouter().find(method, segs)
	_, body, _ := bytes.Cut(response.Data, []byte("\n\n"))
	if rt == nil || len(body) == 0 || body[0] != '{' {
		return false
	}
	def := "JsonResponseDataVoid"
	if op, ok := api.Paths[rt.pattern][strings.ToLower(rt.method)]; ok {
		def = strings.TrimPrefix(op.Responses["200"].Schema.Ref, "#/definitions/")
	} else if rt.object == classPrice {
		def = "JsonResponseDataPrice"
	}
	if def == "" { // a file on success; a refusal is an envelope all the same
		def = "JsonResponseDataVoid"
	}
	if other := otherClass[rt.pattern]; other != "" {
		def = "JsonResponseData" + other
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Errorf("%s: %v", response.Name, err)
		return false
	}
	report := func(s string) { t.Error(s) }
	if class, bulk := strings.CutPrefix(def, "JsonResponseDataList"); bulk { // the file has lists of lists there, the help pages lists of answers
		whole, _ := v.(map[string]any)
		answers, _ := whole["data"].([]any)
		for i, one := range answers {
			api.check(&schema{Ref: "#/definitions/" + class}, one, fmt.Sprintf("%s.data[%d]", request.Name, i), report)
		}
		delete(whole, "data")
	}
	api.check(&schema{Ref: "#/definitions/" + def}, v, request.Name, report)
	return true
}
