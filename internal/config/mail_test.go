package config

import (
	"strings"
	"testing"
)

func TestMail(t *testing.T) {
	const platform = "platform: {url: \"https://registrar.example\"}\n"
	for mail, want := range map[string]string{
		`{smtp: "relay.example:587", from: a@b.example}`:                                   "",
		`{smtp: "localhost:25", tls: none, from: a@b.example}`:                             "",
		`{smtp: "127.0.0.5:25", tls: none, from: a@b.example}`:                             "",
		`{smtp: "[::1]:25", tls: none, from: a@b.example}`:                                 "",
		`{smtp: "[::ffff:127.0.0.1]:25", tls: none, from: a@b.example}`:                    "",
		`{smtp: "relay.example:25", tls: none, from: a@b.example}`:                         "mail.tls: none is for a relay on the same machine",
		`{smtp: "192.0.2.25:25", tls: none, from: a@b.example}`:                            "not for 192.0.2.25",
		`{smtp: "localhost.example:25", tls: none, from: a@b.example}`:                     "mail.tls",
		`{smtp: ":25", tls: none, from: a@b.example}`:                                      "mail.tls",
		`{smtp: "relay.example:587", from: "X <a@b.example>"}`:                             "mail.from: must be the address alone (a@b.example)",
		`{smtp: "relay.example:587", from: "<a@b.example>"}`:                               "mail.from",
		`{smtp: "relay.example:587", from: nobody}`:                                        "mail.from",
		`{smtp: "localhost:25", tls: none, from: a@b.example, user: u, password_file: /x}`: "may not be sent without encryption",
	} {
		_, err := Parse([]byte(good+platform+"mail: "+mail+"\n"), "polyreg.yaml")
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", mail, err, want)
		}
	}
}
