package domainrobot

import (
	"bytes"
	"os"
	"testing"
)

// archive is a txtar file: a comment, then files that begin with a line "-- name --".
type archive struct {
	comment []byte
	files   []archived
}

type archived struct {
	name string
	data []byte
}

func readArchive(t testing.TB, path string) archive {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var a archive
	to := &a.comment
	for line := range bytes.Lines(data) {
		text := bytes.TrimRight(line, "\n")
		if bytes.HasPrefix(text, []byte("-- ")) && bytes.HasSuffix(text, []byte(" --")) && len(text) > 6 {
			a.files = append(a.files, archived{name: string(text[3 : len(text)-3])})
			to = &a.files[len(a.files)-1].data
			continue
		}
		*to = append(*to, line...)
	}
	return a
}

func (a archive) write(t testing.TB, path string) {
	t.Helper()
	out := bytes.Clone(a.comment)
	for _, f := range a.files {
		out = append(append(out, "-- "+f.name+" --\n"...), f.data...)
	}
	if err := os.WriteFile(path, out, 0o644); err != nil {
		t.Fatal(err)
	}
}
