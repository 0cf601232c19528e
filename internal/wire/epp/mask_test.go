package epp

import (
	"bytes"
	"strings"
	"testing"
)

func TestMaskSecrets(t *testing.T) {
	t.Parallel()
	for name, frame := range everyFrame(t) {
		got := MaskSecrets(frame)
		for _, secret := range []string{"secret-12", "secret-34", "p&lt;w&gt;", ">pw<", ">new<", "abc123-token", "short!", "shortly", "long password", "LuQ7Bu", "s&lt;e&gt;cret"} {
			if bytes.Contains(got, []byte(secret)) {
				t.Errorf("%s shows %q:\n%s", name, secret, got)
			}
		}
		if _, err := scan(got); err != nil {
			t.Errorf("%s: masked frame cannot be read: %v", name, err)
		}
		if !strings.Contains(string(frame), "pw") && !strings.Contains(string(frame), "authInfo") && !strings.Contains(string(frame), "allocationToken>") && !bytes.Equal(got, frame) {
			t.Errorf("%s: changed without need", name)
		}
	}
	for in, want := range map[string]string{
		`<pw>geheim</pw>`: `<pw>***</pw>`,
		`<x:newPW a="b">ge<!-- heim -->heim</x:newPW>`:  `<x:newPW a="b">***</x:newPW>`,
		`<pw><![CDATA[geheim]]></pw>`:                   `<pw>***</pw>`,
		`<authInfo><ext><t>geheim</t></ext></authInfo>`: `<authInfo><ext><t>***</t></ext></authInfo>`,
		`<a>ok</a><pw>gehe&im</pw>`:                     `<a>ok</a><pw>***`,
		`<pw/>`:                                         `<pw/>`,
		`no XML < geheim`:                               `no XML ***`,
		`<pw>gehe`:                                      `<pw>***`,
		"":                                              "",
	} {
		if got := string(MaskSecrets([]byte(in))); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}
