package autodns

import "regexp"

// noted is what later requests of a transcript may repeat: the session, the oldest message, the latest job or cancelation.
var noted = map[string]*regexp.Regexp{
	"session": hashForm,
	"message": regexp.MustCompile(`<message><id>(\d+)</id><owner>`),
	"job":     regexp.MustCompile(`<(?:job><id|log_id)>(\d+)<`),
}
