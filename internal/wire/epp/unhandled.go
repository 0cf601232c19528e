package epp

import (
	"reflect"
	"strings"
)

// unhandledReason ends the reason of an unhandled namespace; the namespace stands before it (RFC 9038 §3).
const unhandledReason = " not in login services"

// Fit brings a response into the services that a session named at login: data of other namespaces goes into extValue
// elements of the first result when the session announced NSUnhandled (RFC 9038 §4 to §6) and is left out when it did not,
// for a client need not be able to read it. It gives the response back.
func (r *Response) Fit(s *Services) *Response {
	if len(r.Results) == 0 {
		return r
	}
	keep := s.Has(NSUnhandled)
	if r.Data != nil {
		data := *r.Data // the caller's may be shared
		r.Data = &data
		r.move(reflect.ValueOf(r.Data).Elem(), s, keep)
		if reflect.ValueOf(data).IsZero() {
			r.Data = nil
		}
	}
	r.move(reflect.ValueOf(&r.Ext).Elem(), s, keep)
	return r
}

// move takes the members of namespaces that are not among the services out of a struct.
func (r *Response) move(from reflect.Value, s *Services, keep bool) {
	for _, f := range planOf(from.Type()).fields {
		v := from.Field(f.index)
		if v.IsZero() || s.Has(f.space) {
			continue
		}
		if keep && f.isStruct { // a token alone is nothing that a session should see without having asked
			r.Results[0].ExtValues = append(r.Results[0].ExtValues, ExtValue{
				Value:  Value{Name: f.name(""), Object: v.Interface()},
				Reason: Message{Text: f.space + unhandledReason},
			})
		}
		v.SetZero()
	}
}

// Unhandled are the namespaces of which the response holds data that the session did not announce (RFC 9038).
func (r *Response) Unhandled() []string {
	var out []string
	for _, res := range r.Results {
		for _, x := range res.ExtValues {
			if space, ok := strings.CutSuffix(collapse(x.Reason.Text), unhandledReason); ok {
				out = append(out, space)
			}
		}
	}
	return out
}

// TakeUnhandled puts data of unhandled namespaces where it would stand had they been announced, as far as this package
// knows it and the place is empty. The results stay as they are.
func (r *Response) TakeUnhandled() {
	for _, res := range r.Results {
		for _, x := range res.ExtValues {
			if x.Value.Object == nil {
				continue
			}
			if f, ok := responseExts[x.Value.Name]; ok {
				putEmpty(reflect.ValueOf(&r.Ext).Elem().Field(f.index), x.Value.Object)
			} else if f, ok := responseData[x.Value.Name]; ok {
				if r.Data == nil {
					r.Data = &ResData{}
				}
				putEmpty(reflect.ValueOf(r.Data).Elem().Field(f.index), x.Value.Object)
			}
		}
	}
}

func putEmpty(to reflect.Value, object any) {
	if v := reflect.ValueOf(object); to.IsZero() && v.Type() == to.Type() {
		to.Set(v)
	}
}

// responseData are ResData's members by element.
var responseData = membersOf(reflect.TypeFor[ResData]())

// membersOf gives the members of a struct by their elements.
func membersOf(t reflect.Type) map[Name]planField {
	out := map[Name]planField{}
	for _, f := range planOf(t).fields {
		out[f.name("")] = f
	}
	return out
}

// dataMember finds the member of ResData or ResponseExt that an element belongs to, if that is a struct.
func dataMember(name Name) (planField, bool) {
	f, ok := responseExts[name]
	if !ok {
		f, ok = responseData[name]
	}
	return f, ok && f.isStruct
}

// readUnhandled reads an element inside a result's value when it is object data, nil when it is not.
func readUnhandled(n *node) any {
	f, ok := dataMember(n.name)
	if !ok {
		return nil
	}
	v := reflect.New(f.goType)
	if err := (decoder{}).fill(n, v.Elem()); err != nil {
		return nil
	}
	return v.Interface()
}

// unhandled writes object data inside a result's value.
func (e *encoder) unhandled(v Value) *Error {
	f, ok := dataMember(v.Name)
	o := reflect.ValueOf(v.Object)
	if !ok || o.Kind() != reflect.Pointer || o.IsNil() || o.Type().Elem() != f.goType {
		return fault(CodeSyntax, v.Name, "not data of a response")
	}
	return e.object(v.Name, o.Elem())
}
