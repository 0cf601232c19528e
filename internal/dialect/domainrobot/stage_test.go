package domainrobot

import "regexp"

// noted is what later requests of a transcript may repeat: the message and the job seen last.
var noted = map[string]*regexp.Regexp{
	"message": regexp.MustCompile(`"object":\{"type":"Message","value":"(\d+)","summary"`),
	"job":     regexp.MustCompile(`"execution":"[^"]*"[^}]*"id":(\d+)\}`),
}
