package epp

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/polyreg/polyreg/internal/testkit"
)

// everyFrame is the corpus in wire form.
func everyFrame(t testing.TB) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	put := func(name string, frame []byte, err error) {
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out[name] = frame
	}
	for name, c := range sampleCommands() {
		f, err := EncodeCommand(c)
		put("command "+name, f, err)
	}
	for name, r := range sampleResponses() {
		f, err := EncodeResponse(r)
		put("response "+name, f, err)
	}
	f, err := EncodeGreeting(sampleGreeting())
	put("greeting", f, err)
	put("hello", EncodeHello(), nil)
	return out
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	frames := everyFrame(t)
	for name, want := range sampleCommands() {
		got, err := DecodeCommand(frames["command "+name])
		if err != nil {
			t.Errorf("command %s: %v\n%s", name, err, frames["command "+name])
			continue
		}
		if n := len(planMembers(got.Ext)); len(got.Extensions) != n {
			t.Errorf("command %s: %d extensions, %d named", name, n, len(got.Extensions))
		}
		got.Extensions = nil
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("command %s (-want +got):\n%s", name, d)
		}
		if verb := got.Verb(); verb == "" || !strings.Contains(name, verb) || !strings.HasPrefix(name, got.Object()) {
			t.Errorf("command %s: verb %q object %q", name, verb, got.Object())
		}
	}
	for name, want := range sampleResponses() {
		got, err := DecodeResponse(frames["response "+name])
		if err != nil {
			t.Errorf("response %s: %v", name, err)
			continue
		}
		if n := len(planMembers(got.Ext)); len(got.Extensions) != n {
			t.Errorf("response %s: %d extensions, %d named", name, n, len(got.Extensions))
		}
		got.Extensions = nil
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("response %s (-want +got):\n%s", name, d)
		}
	}
	got, err := DecodeGreeting(frames["greeting"])
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(sampleGreeting(), got); d != "" {
		t.Errorf("greeting (-want +got):\n%s", d)
	}
}

// planMembers are the indexes of the members that are set.
func planMembers(ext any) []int {
	v := reflect.ValueOf(ext)
	var out []int
	for i := range v.NumField() {
		if !v.Field(i).IsZero() {
			out = append(out, i)
		}
	}
	return out
}

func TestSchemaValid(t *testing.T) {
	t.Parallel()
	dir, n := t.TempDir(), 0
	var paths []string
	for name, frame := range everyFrame(t) {
		n++
		path := filepath.Join(dir, strconv.Itoa(n)+" "+strings.ReplaceAll(name, "/", " ")+".xml")
		if err := os.WriteFile(path, frame, 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	validate(t, paths)
}

// validate holds frames in files against the schemas.
func validate(t *testing.T, paths []string) {
	t.Helper()
	tool, err := exec.LookPath("xmllint")
	if err != nil {
		if os.Getenv("POLYREG_REQUIRE_TOOLS") != "" {
			t.Fatal("xmllint is required but not installed")
		}
		t.Skip("xmllint is not installed (package libxml2-utils)")
	}
	schema := allSchemas(t)
	args := append([]string{"--noout", "--nonet", "--schema", schema}, paths...)
	out, err := exec.CommandContext(t.Context(), tool, args...).CombinedOutput()
	if err == nil {
		return
	}
	for line := range strings.Lines(string(out)) {
		if !strings.HasSuffix(strings.TrimSpace(line), "validates") {
			t.Error(line)
		}
	}
	for _, p := range paths {
		if frame, _ := os.ReadFile(p); strings.Contains(string(out), p+" fails") {
			t.Logf("%s", frame)
		}
	}
}

// allSchemas are those of the reference and the package's own.
func allSchemas(t *testing.T) string {
	t.Helper()
	text := `<schema xmlns="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:polyreg:test">` +
		`<import namespace="urn:polyreg:epp-all" schemaLocation="` + testkit.Reference(t, "epp", "all.xsd") + `"/>`
	dir := t.TempDir()
	for space, own := range map[string]string{NSNSSet: nsSetSchema, NSKeyset: keysetSchema, NSSets: setsSchema} {
		path := filepath.Join(dir, strconv.Itoa(len(text))+".xsd")
		if err := os.WriteFile(path, []byte(own), 0o600); err != nil {
			t.Fatal(err)
		}
		text += `<import namespace="` + space + `" schemaLocation="` + path + `"/>`
	}
	path := filepath.Join(dir, "schemas.xsd")
	if err := os.WriteFile(path, []byte(text+"</schema>"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const (
	head = `<?xml version="1.0" encoding="UTF-8"?><epp xmlns="urn:ietf:params:xml:ns:epp-1.0">`
	dom  = ` xmlns:domain="urn:ietf:params:xml:ns:domain-1.0"`
)

func TestDecodeAcceptsForeignForms(t *testing.T) {
	t.Parallel()
	for name, frame := range map[string]string{
		"other prefixes": `<?xml version="1.0"?><e:epp xmlns:e="urn:ietf:params:xml:ns:epp-1.0"><e:command><e:check>` +
			`<d:check xmlns:d="urn:ietf:params:xml:ns:domain-1.0"><d:name> a.example </d:name></d:check></e:check>` +
			`<e:clTRID>ABC-1</e:clTRID></e:command></e:epp>`,
		"default namespace, comments, CDATA": head + `<!-- x --><command><check><check xmlns="urn:ietf:params:xml:ns:domain-1.0">` +
			`<name><![CDATA[a.example]]></name></check></check><clTRID>ABC-1</clTRID></command></epp>` + "\n<!-- end -->\n",
		"schema location": `<epp xmlns="urn:ietf:params:xml:ns:epp-1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ` +
			`xsi:schemaLocation="urn:ietf:params:xml:ns:epp-1.0 epp-1.0.xsd"><command><check><domain:check` + dom +
			` xsi:schemaLocation="x y"><domain:name>a.example</domain:name></domain:check></check><clTRID>ABC-1</clTRID></command></epp>`,
	} {
		c, err := DecodeCommand([]byte(frame))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if c.CheckDomain == nil || c.CheckDomain.Names[0] != "a.example" || c.ClTRID != "ABC-1" {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

func TestDecodeKeepsExtensionNames(t *testing.T) {
	t.Parallel()
	c, err := DecodeCommand([]byte(head + `<command><logout/><extension><x:a xmlns:x="urn:x"><x:b/></x:a><y:c xmlns:y="urn:y"/></extension></command></epp>`))
	if err != nil {
		t.Fatal(err)
	}
	want := []Name{{Space: "urn:x", Local: "a"}, {Space: "urn:y", Local: "c"}}
	if d := cmp.Diff(want, c.Extensions); d != "" {
		t.Error(d)
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	check := func(inner string) string {
		return head + `<command><check><domain:check` + dom + `>` + inner + `</domain:check></check><clTRID>ABC-1</clTRID></command></epp>`
	}
	renew := func(period string) string {
		return head + `<command><renew><domain:renew` + dom + `><domain:name>a.example</domain:name><domain:curExpDate>2025-01-01</domain:curExpDate>` +
			period + `</domain:renew></renew><clTRID>ABC-1</clTRID></command></epp>`
	}
	hello := `<hello/></epp>`
	for name, c := range map[string]struct {
		frame string
		code  int
	}{
		"empty":              {"", 2001},
		"not XML":            {"Hello", 2001},
		"doctype":            {`<!DOCTYPE epp SYSTEM "x">` + head[38:] + hello, 2001},
		"entity":             {`<!DOCTYPE epp [<!ENTITY a "b">]>` + head[38:] + `<command><logout/><clTRID>&a;12</clTRID></command></epp>`, 2001},
		"instruction":        {head + `<?php x?>` + hello, 2001},
		"late declaration":   {" " + head + hello, 2001},
		"two roots":          {head + hello + head[38:] + hello, 2001},
		"text after root":    {head + hello + "x", 2001},
		"unclosed":           {head + `<hello/>`, 2001},
		"crossed tags":       {head + `<hello></epp></hello>`, 2001},
		"repeated attribute": {head + `<command><poll op="req" op="ack"/></command></epp>`, 2001},
		"same attribute, two prefixes": {head + `<command><poll op="req" xmlns:a="urn:a" xmlns:b="urn:a" a:x="" b:x=""/></command></epp>`,
			2001},
		"undeclared prefix":    {head + `<command><check><domain:check/></check></command></epp>`, 2001},
		"undeclared attribute": {head + `<hello x:y="1"/></epp>`, 2001},
		"not UTF-8":            {head + "<hello>\xff</hello></epp>", 2001},
		"other encoding":       {`<?xml version="1.0" encoding="ISO-8859-1"?>` + head[38:] + hello, 2001},
		"too deep":             {head + strings.Repeat("<a>", 64) + strings.Repeat("</a>", 64) + "</epp>", 2001},
		"too many elements":    {head + strings.Repeat("<a/>", 20000) + "</epp>", 2001},
		"too many attributes":  {head + "<hello" + manyAttrs(65) + "/></epp>", 2001},
		"wrong root namespace": {`<epp xmlns="urn:other"><hello/></epp>`, 2001},
		"no namespace":         {`<epp><hello/></epp>`, 2001},
		"response":             {head + `<response/></epp>`, 2001},
		"protocol extension":   {head + `<extension/></epp>`, 2103},
		"unknown verb":         {head + `<command><steal/><clTRID>ABC-1</clTRID></command></epp>`, 2000},
		"unknown object": {head + `<command><info><x:info xmlns:x="urn:x"/></info><clTRID>ABC-1</clTRID></command></epp>`,
			2307},
		"host renew":           {head + `<command><renew><h:renew xmlns:h="urn:ietf:params:xml:ns:host-1.0"/></renew></command></epp>`, 2001},
		"verb and object":      {head + `<command><info><domain:check` + dom + `/></info></command></epp>`, 2001},
		"missing":              {check(""), 2003},
		"unknown element":      {check("<domain:name>a.example</domain:name><domain:x/>"), 2001},
		"foreign element":      {check("<name>a.example</name>"), 2001},
		"stray text":           {check("x<domain:name>a.example</domain:name>"), 2001},
		"markup in a value":    {check("<domain:name>a.<b/>example</domain:name>"), 2001},
		"empty name":           {check("<domain:name/>"), 2005},
		"long name":            {check("<domain:name>" + strings.Repeat("a", 256) + "</domain:name>"), 2005},
		"period 0":             {renew(`<domain:period unit="y">0</domain:period>`), 2004},
		"period 100":           {renew(`<domain:period unit="y">100</domain:period>`), 2004},
		"period text":          {renew(`<domain:period unit="y">one</domain:period>`), 2005},
		"period unit":          {renew(`<domain:period unit="d">1</domain:period>`), 2005},
		"no unit":              {renew(`<domain:period>1</domain:period>`), 2003},
		"order":                {renew(`<domain:name>a.example</domain:name>`), 2001},
		"twice":                {renew(`<domain:period unit="y">1</domain:period><domain:period unit="y">1</domain:period>`), 2001},
		"transfer without op":  {head + `<command><transfer><domain:transfer` + dom + `/></transfer></command></epp>`, 2003},
		"transfer unknown op":  {head + `<command><transfer op="steal"><domain:transfer` + dom + `/></transfer></command></epp>`, 2005},
		"poll op":              {head + `<command><poll op="peek"/></command></epp>`, 2005},
		"short transaction id": {head + `<command><logout/><clTRID>A</clTRID></command></epp>`, 2005},
		"mixed name servers": {head + `<command><create><domain:create` + dom + `><domain:name>a.example</domain:name><domain:ns><domain:hostObj>` +
			`a.b</domain:hostObj><domain:hostAttr><domain:hostName>a.b</domain:hostName></domain:hostAttr></domain:ns><domain:authInfo>` +
			`<domain:pw/></domain:authInfo></domain:create></create></command></epp>`, 2001},
	} {
		_, err := DecodeCommand([]byte(c.frame))
		var e *Error
		if !errors.As(err, &e) || e.Code != c.code {
			t.Errorf("%s: got %v, want code %d", name, err, c.code)
			continue
		}
		if strings.Contains(c.frame, ">ABC-1<") && e.ClTRID != "ABC-1" {
			t.Errorf("%s: transaction id lost", name)
		}
		r := &Response{Results: []Result{e.Result()}, TRID: TRID{SvTRID: "SV-1"}}
		if _, err := EncodeResponse(r); err != nil {
			t.Errorf("%s: the answer cannot be written: %v", name, err)
		}
	}
}

func manyAttrs(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(" a" + strconv.Itoa(i) + `="1"`)
	}
	return b.String()
}

func TestEncodeRefusesWhatTheSchemaForbids(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]*Command{
		"nothing":      {},
		"empty check":  {CheckDomain: &DomainCheck{}},
		"short id":     {InfoContact: &ContactInfo{ID: "C"}},
		"short trid":   {Logout: true, ClTRID: "A"},
		"control":      {InfoHost: &HostInfo{Name: "a\x01b"}},
		"bad UTF-8":    {InfoHost: &HostInfo{Name: "a\xffb"}},
		"no expiry":    {RenewDomain: &DomainRenew{Name: "a.example"}},
		"period":       {CreateDomain: &DomainCreate{Name: "a.example", Period: Years(100), AuthInfo: Auth("x")}},
		"no authInfo":  {CreateDomain: &DomainCreate{Name: "a.example"}},
		"country":      {CreateContact: &ContactCreate{ID: "C-1", Email: "x", AuthInfo: Auth(""), Postal: []PostalInfo{{Type: "int", Name: "A", Addr: Address{City: "B", CC: "CZE"}}}}},
		"phone":        {UpdateContact: &ContactUpdate{ID: "C-1", Chg: &ContactChange{Voice: &Phone{Number: "0123"}}}},
		"status":       {UpdateDomain: &DomainUpdate{Name: "a.example", Add: &DomainAddRem{Statuses: DomainStatuses("lost")}}},
		"transfer op":  {TransferDomain: &DomainTransfer{Name: "a.example"}},
		"an extension": {Logout: true, Extensions: []Name{{Local: "x"}}},
	} {
		if f, err := EncodeCommand(c); err == nil {
			t.Errorf("%s: encoded\n%s", name, f)
		}
	}
	if _, err := EncodeResponse(Respond(1234, "", "SV-1")); err == nil {
		t.Error("unknown result code encoded")
	}
}

func TestDecodeResponseIsLenient(t *testing.T) {
	t.Parallel()
	r, err := DecodeResponse([]byte(head + `<response><result code="1000"><msg lang="de">Gut</msg></result><resData><domain:creData` + dom +
		`><domain:exDate>2026-01-02T03:04:05+01:00</domain:exDate><domain:name>a.example</domain:name><domain:new/><domain:crDate>soon</domain:crDate>` +
		`</domain:creData></resData><extension><f:x xmlns:f="urn:f"/></extension></response></epp>`))
	if err != nil {
		t.Fatal(err)
	}
	d := r.Data.DomainCreate
	if d.Name != "a.example" || !d.CrDate.IsZero() || d.ExDate.Format("15:04:05Z07:00") != "02:04:05Z" || len(r.Extensions) != 1 {
		t.Errorf("%+v", d)
	}
	for _, bad := range []string{`<response/>`, `<response><result><msg/></result></response>`, `<hello/>`, `<response><result code="x"/></response>`} {
		if _, err := DecodeResponse([]byte(head + bad + `</epp>`)); err == nil {
			t.Errorf("accepted %s", bad)
		}
	}
}
