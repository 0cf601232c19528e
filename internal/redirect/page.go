package redirect

import (
	"crypto/sha256"
	"encoding/base64"
	"html/template"
)

// frame is a page that shows another one.
type frame struct{ Title, Host, Target string }

const frameStyle = `html,body{margin:0;height:100%;overflow:hidden}iframe{display:block;width:100%;height:100%;border:0}`

var framePage = template.Must(template.New("frame").Parse(`<!doctype html>
<html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{or .Title .Host}}</title><style>` + frameStyle + `</style></head>
<body><iframe src="{{.Target}}" title="{{or .Title .Host}}" allowfullscreen><a href="{{.Target}}">{{.Target}}</a></iframe></body></html>
`))

var plainPage = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
<title>{{.Title}}</title></head>
<body><h1>{{.Title}}</h1>{{if .Link}}<p><a href="{{.Link}}">{{.Link}}</a></p>{{end}}</body></html>
`))

// policies are what the pages may do: the frame's one style, any web page in the frame (links in it may lead on), nothing else.
var policies = map[*template.Template]string{
	plainPage: "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	framePage: "default-src 'none'; style-src '" + digest(frameStyle) + "'; frame-src http: https:; base-uri 'none'; form-action 'none'",
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
