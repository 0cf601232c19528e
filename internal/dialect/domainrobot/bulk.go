package domainrobot

import (
	"context"

	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// bulkKind is what bulk tasks need to know of a class of objects.
type bulkKind struct {
	// args are the placeholders of the single task's address, from an object.
	args map[string]string
	// found gives the objects that a Query finds; q has it as its body.
	found func(ctx context.Context, d *Dialect, q *request) ([]jsonx.Value, error)
}

// maxBulk bounds the objects of one bulk task.
const maxBulk = 1000

// bulk makes a task on many objects of one on a single one: each object of the body, or each that its query finds, laid over the
// template, is a task of its own, and its answer stands in data, in their order (domainrobot-json.md §3.2).
func bulk(kind bulkKind, single handler) handler {
	return func(ctx context.Context, d *Dialect, q *request) (answer, error) {
		objects, err := kind.objects(ctx, d, q)
		if err != nil {
			return answer{}, err
		}
		a := list(q.route.object, len(objects), nil)
		for _, o := range objects {
			sub := *q
			sub.body = laidOver(q.body.Get("template"), o)
			if m := q.body.Get("modifiers"); m.Given() && !sub.body.Get("modifiers").Given() {
				sub.body.Members = append(sub.body.Members, jsonx.Member{Name: "modifiers", Value: m})
			}
			sub.args = map[string]string{}
			for arg, item := range kind.args {
				sub.args[arg] = sub.body.Get(item).Str()
			}
			one, err := single(ctx, d, &sub)
			if err != nil {
				one = d.failure(&sub, err)
			}
			a.data = append(a.data, sub.inner(one))
		}
		return a, nil
	}
}

// objects are those that the body lists, or those that its query finds.
func (k bulkKind) objects(ctx context.Context, d *Dialect, q *request) ([]jsonx.Value, error) {
	r := &reader{v: q.body, path: "request"}
	objects, given := r.objects("objects")
	for _, o := range objects {
		if o.Kind != jsonx.Object {
			r.Add(bad(errs.Invalid, r.at("objects"), o.Str(), "is not a list of objects"))
			break
		}
	}
	if t := q.body.Get("template"); t.Given() && t.Kind != jsonx.Object {
		r.Add(bad(errs.Invalid, r.at("template"), t.Str(), "is not an object"))
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	if query := q.body.Get("query"); !given && query.Given() {
		sub := *q
		sub.body = query
		var err error
		if objects, err = k.found(ctx, d, &sub); err != nil {
			return nil, err
		}
	} else if !given {
		return nil, bad(errs.Missing, r.at("objects"), "", "is required")
	}
	if len(objects) > maxBulk {
		return nil, bad(errs.TooLarge, r.at("objects"), "", "are more than %d", maxBulk)
	}
	return objects, nil
}

// laidOver is an object with what the template has besides.
func laidOver(template, object jsonx.Value) jsonx.Value {
	out := jsonx.Value{Kind: jsonx.Object}
	for _, m := range template.Members {
		if !object.Get(m.Name).Given() {
			out.Members = append(out.Members, m)
		}
	}
	for _, m := range object.Members {
		if m.Value.Given() {
			out.Members = append(out.Members, m)
		}
	}
	return out
}

// textObject is an object with texts.
func textObject(pairs ...string) jsonx.Value {
	o := jsonx.Value{Kind: jsonx.Object}
	for i := 0; i < len(pairs); i += 2 {
		o.Members = append(o.Members, jsonx.Member{Name: pairs[i], Value: jsonx.Value{Kind: jsonx.String, Text: pairs[i+1]}})
	}
	return o
}

// bulkZones are zones of bulk tasks.
var bulkZones = bulkKind{
	args: map[string]string{"name": "origin", "virtualNameServer": "virtualNameServer"},
	found: func(ctx context.Context, d *Dialect, q *request) ([]jsonx.Value, error) {
		page, err := d.findZones(ctx, q)
		var out []jsonx.Value
		for _, z := range page.Zones {
			out = append(out, textObject("origin", string(z.Origin), "virtualNameServer", virtualNS(z)))
		}
		return out, err
	},
}

// bulkRedirects are redirects of bulk tasks.
var bulkRedirects = bulkKind{
	args: map[string]string{"source": "source"},
	found: func(ctx context.Context, d *Dialect, q *request) ([]jsonx.Value, error) {
		found, _, err := d.findRedirects(ctx, q)
		var out []jsonx.Value
		for _, f := range found {
			out = append(out, textObject("source", f.source))
		}
		return out, err
	},
}
