package wapi

import (
	"net/url"
	"strings"
	"testing"
)

func TestMaskHidesHashAndAuthInfo(t *testing.T) {
	t.Parallel()
	const hash, info = "49f690da319c6a984f1840ee3a5fe6ab8bbccd73", "in-AuthInfo-1"
	json := `{"request":{"user":"u","auth":"` + hash + `","command":"contact-update","data":{"auth_info":"` + info + `","cname":"A"}}}`
	xml := `<request><user>u</user><auth>` + hash + `</auth><command>contact-update</command><data><auth_info>` + info + `</auth_info><cname>A</cname></data></request>`
	for name, body := range map[string]string{
		"encoded":   "request=" + url.QueryEscape(json),
		"raw":       "request=" + json,
		"xml":       "request=" + url.QueryEscape(xml),
		"raw xml":   "request=" + xml,
		"bare":      json,
		"cut off":   "request=" + json[:60],
		"multipart": "--b\r\nContent-Disposition: form-data; name=\"request\"\r\n\r\n" + json + "\r\n--b--\r\n",
	} {
		got := string(bare().Mask([]byte(body)))
		if strings.Contains(got, hash[:12]) || strings.Contains(got, info) || !strings.Contains(got, "user") {
			t.Errorf("%s: %s", name, got)
		}
	}
}
