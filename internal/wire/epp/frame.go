package epp

import (
	"reflect"
	"slices"
)

func eppName(local string) Name { return Name{Space: NSEPP, Local: local} }

// body reads a frame and gives the one element inside <epp>.
func body(frame []byte) (*node, error) {
	root, err := scan(frame)
	if err != nil {
		return nil, err
	}
	if root.name != eppName("epp") {
		return nil, fault(CodeSyntax, Name{}, "the root is not epp of %s", NSEPP)
	}
	if len(root.kids) != 1 || root.kids[0].name.Space != NSEPP {
		return nil, fault(CodeSyntax, root.name, "exactly one EPP element expected")
	}
	return root.kids[0], nil
}

// DecodeCommand reads a client's frame strictly. An error is always an *Error that tells the server what to answer.
// The elements of the extensions that this package knows are read into Command.Ext; the names of all stand in
// Command.Extensions.
func DecodeCommand(frame []byte) (*Command, error) { return DecodeCommandOf(frame, nil) }

// DecodeCommandOf is DecodeCommand for a server that offers only some extensions: elements of a namespace for which offers
// reports false are not judged, only named.
func DecodeCommandOf(frame []byte, offers func(space string) bool) (*Command, error) {
	n, err := body(frame)
	if err != nil {
		return nil, asError(err)
	}
	switch n.name.Local {
	case "hello":
		return &Command{Hello: true}, nil
	case "command":
		c := &Command{}
		if err := c.read(n, offers); err != nil {
			if id := n.kid(eppName("clTRID")); id != nil {
				if t := simples["trid"].normal(id.text.String()); simples["trid"].fits(t) == "" {
					err.ClTRID = t
				}
			}
			return nil, err
		}
		return c, nil
	case "extension":
		return nil, fault(CodeExtension, Name{}, "protocol extension is not supported")
	}
	return nil, fault(CodeSyntax, Name{}, "not a command")
}

// envelope is what stands beside the verb in a command.
type envelope struct {
	Extensions []Name `epp:"extension,names,opt"`
	ClTRID     string `epp:"clTRID,t=trid,opt"`
}

func (c *Command) read(n *node, offers func(space string) bool) *Error {
	if len(n.kids) == 0 {
		return fault(CodeSyntax, n.name, "no verb")
	}
	d := decoder{strict: true}
	var env envelope
	rest := &node{name: n.name, attrs: n.attrs, kids: n.kids[1:]}
	rest.text.WriteString(n.text.String())
	if err := d.fill(rest, reflect.ValueOf(&env).Elem()); err != nil {
		return err
	}
	c.Extensions, c.ClTRID = env.Extensions, env.ClTRID
	verb := n.kids[0]
	if verb.name.Space != NSEPP {
		return fault(CodeUnknownCommand, verb.name, "unknown verb")
	}
	if err := c.readVerb(d, verb); err != nil {
		return err
	}
	return c.readExt(d, n.kid(eppName("extension")), offers)
}

func (c *Command) readVerb(d decoder, verb *node) *Error {
	if verb.name.Local == "logout" {
		c.Logout = true
		return d.empty(verb)
	}
	known := false
	for _, f := range commandFields {
		if f.verb != verb.name.Local {
			continue
		}
		known = true
		from := verb
		if f.object != "" {
			if len(verb.kids) != 1 {
				return fault(CodeSyntax, verb.name, "exactly one object expected")
			}
			if from = verb.kids[0]; from.name != (Name{Space: spaces[f.object], Local: f.verb}) {
				continue
			}
			if err := c.readOp(verb); err != nil {
				return err
			}
		}
		field := reflect.ValueOf(c).Elem().Field(f.index)
		field.Set(reflect.New(field.Type().Elem()))
		return d.fill(from, field.Elem())
	}
	if !known {
		return fault(CodeUnknownCommand, verb.name, "unknown verb")
	}
	object := verb.kids[0].name
	if objectSpaces[object.Space] {
		return fault(CodeSyntax, object, "the object has no such command")
	}
	return fault(CodeObjectService, object, "unknown object service")
}

// readOp reads a transfer's operation and refuses other attributes of a verb.
func (c *Command) readOp(verb *node) *Error {
	attrs := plainAttrs(verb)
	if verb.name.Local != "transfer" {
		if attrs > 0 {
			return fault(CodeSyntax, verb.name, "unknown attribute")
		}
		return nil
	}
	for _, a := range verb.attrs {
		if a.Name == (Name{Local: "op"}) {
			c.TransferOp = collapse(a.Value)
			attrs--
		}
	}
	switch {
	case attrs > 0:
		return fault(CodeSyntax, verb.name, "unknown attribute")
	case c.TransferOp == "":
		return fault(CodeMissingParameter, verb.name, "attribute op is missing")
	case !slices.Contains(transferOps, c.TransferOp):
		return fault(CodeValueSyntax, verb.name, "unknown operation")
	}
	return nil
}

// EncodeCommand writes a client's frame. An error is an *Error: the command holds what the schema does not allow.
func EncodeCommand(c *Command) ([]byte, error) {
	e := newEncoder()
	if c.Hello {
		e.buf.WriteString("<hello/>")
		return e.finish(), nil
	}
	err := e.element(eppName("command"), "", func() *Error {
		if err := e.verb(c); err != nil {
			return err
		}
		if err := e.writeExt(c); err != nil {
			return err
		}
		return e.inner(&envelope{ClTRID: c.ClTRID})
	})
	if err != nil {
		return nil, err
	}
	return e.finish(), nil
}

// inner writes the fields of a struct without an element around them.
func (e *encoder) inner(env *envelope) *Error {
	v := reflect.ValueOf(env).Elem()
	p := planOf(v.Type())
	for i := range p.fields {
		if err := e.field(eppName("command"), &p.fields[i], v.Field(p.fields[i].index)); err != nil {
			return err
		}
	}
	return nil
}

func (e *encoder) verb(c *Command) *Error {
	if c.Logout {
		return e.element(eppName("logout"), "", func() *Error { return nil })
	}
	v := reflect.ValueOf(c).Elem()
	for _, f := range commandFields {
		if v.Field(f.index).IsNil() {
			continue
		}
		obj := v.Field(f.index).Elem()
		if f.object == "" {
			return e.object(eppName(f.verb), obj)
		}
		attrs := ""
		if f.verb == "transfer" {
			if !slices.Contains(transferOps, c.TransferOp) {
				return fault(CodeValueSyntax, eppName("transfer"), "unknown operation")
			}
			attrs = ` op="` + c.TransferOp + `"`
		}
		return e.element(eppName(f.verb), attrs, func() *Error {
			return e.object(Name{Space: spaces[f.object], Local: f.verb}, obj)
		})
	}
	return fault(CodeSyntax, eppName("command"), "no verb")
}

// DecodeResponse reads a server's answer leniently; an answer without a result code is an error.
func DecodeResponse(frame []byte) (*Response, error) {
	n, err := body(frame)
	if err != nil {
		return nil, asError(err)
	}
	if n.name.Local != "response" {
		return nil, fault(CodeSyntax, n.name, "not a response")
	}
	r := &Response{}
	if err := (decoder{}).fill(n, reflect.ValueOf(r).Elem()); err != nil {
		return nil, err
	}
	r.Extensions = n.kid(eppName("extension")).names()
	if c := r.Code(); c < 1000 || c > 2999 {
		return nil, fault(CodeSyntax, n.name, "no result code")
	}
	return r, nil
}

// EncodeResponse writes a server's answer. An error is an *Error: the response holds what the schema does not allow, and a
// server answers Respond(CodeFailed, …) instead.
func EncodeResponse(r *Response) ([]byte, error) {
	for _, res := range r.Results {
		if Text(res.Code) == "" {
			return nil, fault(CodeRange, eppName("result"), "no such result code: %d", res.Code)
		}
	}
	if err := covered(r.Extensions, reflect.ValueOf(r.Ext)); err != nil {
		return nil, err
	}
	return encodeBody("response", reflect.ValueOf(r).Elem())
}

// DecodeGreeting reads a server's greeting leniently.
func DecodeGreeting(frame []byte) (*Greeting, error) {
	n, err := body(frame)
	if err != nil {
		return nil, asError(err)
	}
	if n.name.Local != "greeting" {
		return nil, fault(CodeSyntax, n.name, "not a greeting")
	}
	g := &Greeting{}
	if err := (decoder{}).fill(n, reflect.ValueOf(g).Elem()); err != nil {
		return nil, err
	}
	return g, nil
}

// EncodeGreeting writes a greeting.
func EncodeGreeting(g *Greeting) ([]byte, error) {
	return encodeBody("greeting", reflect.ValueOf(g).Elem())
}

// EncodeHello writes a hello.
func EncodeHello() []byte {
	e := newEncoder()
	e.buf.WriteString("<hello/>")
	return e.finish()
}

func encodeBody(local string, v reflect.Value) ([]byte, error) {
	e := newEncoder()
	if err := e.object(eppName(local), v); err != nil {
		return nil, err
	}
	return e.finish(), nil
}
