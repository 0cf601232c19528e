package config

import (
	"strings"
	"testing"
)

const good = `
database: {url: "postgres://polyreg@127.0.0.1/polyreg"}
secret_key_file: /etc/polyreg/secret.key
listen: {http: "127.0.0.1:8080"}
registries:
  - {name: one, address: "127.0.0.1:700", user: polyreg, password_file: /etc/polyreg/one.pw}
`

func TestParse(t *testing.T) {
	c, err := Parse([]byte(good), "polyreg.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if c.Limits != "real" || c.Registries[0].Environment != "live" || c.Registries[0].CheckLimit != 10 || c.Node == "" {
		t.Fatalf("defaults: %+v", c)
	}
}

func TestEnvironmentWins(t *testing.T) {
	t.Setenv("POLYREG_DATABASE_URL", "postgres://other")
	t.Setenv("POLYREG_LIMITS", "off")
	c, err := Parse([]byte(good), "polyreg.yaml")
	if err != nil || c.Database.URL != "postgres://other" || c.Limits != "off" {
		t.Fatalf("%+v %v", c, err)
	}
}

func TestEveryProblemIsNamed(t *testing.T) {
	_, err := Parse([]byte("limits: maybe\nlisten: {https: nope}\nregistries: [{name: a b, environment: moon}]\n"), "polyreg.yaml")
	for _, want := range []string{"database:", "secret_key_file:", "limits:", "listen.https:", "tls:", "registries[0].name", "registries[0].environment", "registries[0].address", "registries[0].user"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no word of %s in: %v", want, err)
		}
	}
	_, err = Parse([]byte("database: {max_conns: -1}\norder: {inline: -1s, sweep: -2s}\n"), "polyreg.yaml")
	for _, want := range []string{"database.max_conns", "order.inline", "order.sweep"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no word of %s in: %v", want, err)
		}
	}
	for _, twice := range []string{"limits: off\nlimits: real\n" + good, good + "---\nlimits: off\n"} {
		if _, err := Parse([]byte(twice), "polyreg.yaml"); err == nil {
			t.Errorf("something said twice is taken:\n%s", twice)
		}
	}
	_, err = Parse([]byte("databse: {}\n"), "polyreg.yaml")
	if err == nil || !strings.Contains(err.Error(), "[1:1]") || !strings.Contains(err.Error(), "databse") {
		t.Errorf("an unknown key must be named with its place: %v", err)
	}
}
