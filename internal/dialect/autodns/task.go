package autodns

import (
	"context"
	"errors"
	"strconv"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/internetx"
	"github.com/polyreg/polyreg/internal/wire/xmlx"
)

// offer is a task that is carried out here.
type offer struct {
	element string // object element of the task, "" for none
	id      string // the object's identifier: child of the object element that the status names
	handle  func(context.Context, *task) (result, error)
}

// offered are the tasks of this server. One code serves info and list: with an object it is an info task (autodns-xml.md §2).
func offered(code string) (offer, bool) {
	o, ok := map[string]offer{
		"0101":    {"domain", "name", domainCreate},
		"0101003": {"domain", "name", domainRenew},
		"0101005": {"domain", "name", domainRestore},
		"0102":    {"domain", "name", domainUpdate},
		"0102002": {"domain", "name", domainStatus},
		"0102004": {"domain", "name", domainComment},
		"0102007": {"domain", "name", domainDNSSEC},
		"0102008": {"domain", "name", domainServers},
		"0103":    {"domain", "name", domainDelete},
		"0103101": {"cancelation", "domain", cancelationCreate},
		"0103102": {"cancelation", "domain", cancelationUpdate},
		"0103103": {"cancelation", "domain", cancelationDelete},
		"0103104": {"cancelation", "domain", cancelationInquire},
		"0103124": {"cancelation", "log_id", cancelationHistory},
		"0104":    {"domain", "name", domainTransfer},
		"0104010": {"domain", "name", ownerChange},
		"0105":    {"domain", "name", domainInquire},
		"0105005": {"", "", restoreList},
		"0106001": {"transfer", "domain", transferOutInquire},
		"0106002": {"transfer", "domain", transferOutAnswer},
		"0113001": {"domain", "name", authInfoCreate},
		"0113002": {"domain", "name", authInfoDelete},
		"0113003": {"domain", "name", authInfo2Create},
		"0113005": {"domain", "name", authInfoSend},
		"0201":    {"zone", "name", zoneCreate},
		"0202":    {"zone", "name", zoneUpdate},
		"0202001": {"zone", "name", zoneBulk},
		"0202002": {"zone", "name", zoneStream},
		"0202004": {"zone", "name", zoneComment},
		"0203":    {"zone", "name", zoneDelete},
		"0204":    {"zone", "name", zoneImport},
		"0205":    {"zone", "name", zoneInquire},
		"0210":    {"zone", "name", zoneAXFR},
		"0301":    {"handle", "id", contactCreate},
		"0302":    {"handle", "id", contactUpdate},
		"0302004": {"handle", "id", contactComment},
		"0303":    {"handle", "id", contactDelete},
		"0304":    {"handle", "id", contactInquire},
		"0344":    {"verification", "name", verificationInfo},
		"0346":    {"verification", "hash", verificationConfirm},
		"0349":    {"verification", "name", verificationResend},
		"0501":    {"redirect", "source", redirectCreate},
		"0502":    {"redirect", "source", redirectUpdate},
		"0503":    {"redirect", "source", redirectDelete},
		"0504":    {"redirect", "source", redirectInquire},
		"0713":    {"history", "id", historyInquire},
		"0718":    {"", "", autoDeleteList},
		"0905":    {"", "", pollInfo},
		"0906":    {"message", "id", pollConfirm},
		"0984":    {"", "", accountInfo},
		"1321001": {"", "", sessionCreate},
		"1321003": {"", "", sessionDelete},
		"300114":  {"job", "id", jobInfo},
		"300115":  {"", "", jobList},
		"300121":  {"job", "id", jobCancel},
		"300134":  {"job", "id", jobInfo},
		"300135":  {"", "", jobHistoryList},
	}[code]
	return o, ok
}

// task is one task for one object.
type task struct {
	offer
	d       *Dialect
	q       *request
	c       command.Caller
	node    *xmlx.Node // the task element
	object  *xmlx.Node // the object element with the template's values filled in, nil without one
	code    string
	ctid    string
	subject object // what the status names
	// ownStatus keeps the task's own status code for a wrong value, where the reference says so.
	ownStatus bool

	zone   zoneView      // the zone that the task is about, as far as it is known
	asked  []askedRecord // what the records of the core's command were in the task
	called string        // name of the zone, where the task has that of something in it
}

// runTasks carries the tasks out in the document's order. They are independent: one that fails does not stop the next.
func (d *Dialect) runTasks(ctx context.Context, q *request) []result {
	nodes := q.root.ChildrenNamed("task")
	if len(nodes) == 0 || len(nodes) > MaxTasks {
		err := bad(errs.Missing, "request.task", "", "the request has no task")
		if len(nodes) > 0 {
			err = bad(errs.TooLarge, "request.task", "", "a request holds at most "+strconv.Itoa(MaxTasks)+" tasks")
		}
		d.reject(ctx, q, err)
		q.note(ctx, "", err)
		return []result{d.refusal(q, err)}
	}
	var out []result
	for _, n := range nodes {
		if ctx.Err() != nil {
			break // nobody is left to read the answer
		}
		out = append(out, d.runTask(ctx, q, n)...)
	}
	return out
}

// runTask carries out one task element: once for each object in it, or once (autodns-xml.md §2).
func (d *Dialect) runTask(ctx context.Context, q *request, n *xmlx.Node) []result {
	t := task{d: d, q: q, node: n, ctid: clipCtid(n.ChildTrim("ctid"))}
	if t.ctid == "" {
		if t.ctid = clipCtid(n.Path("domain").ChildTrim("ctid")); t.ctid == "" {
			t.ctid = q.ctid
		}
	}
	var known, ours bool
	if t.code, known = taskCode(n.ChildTrim("code")); !known {
		q.note(ctx, "", errs.E(errs.UnknownCommand, ""))
		return []result{t.failure(bad(errs.UnknownCommand, "request.task.code", t.code, "there is no such task"))}
	}
	if t.offer, ours = offered(t.code); !ours {
		q.note(ctx, t.code, errs.E(errs.Unsupported, ""))
		return []result{t.notOffered()}
	}
	objects, err := t.objects()
	if err != nil {
		q.note(ctx, t.code, err)
		return []result{t.failure(err)}
	}
	out := make([]result, 0, len(objects))
	for _, o := range objects {
		one := t
		one.object = o
		r, err := one.run(ctx)
		q.note(ctx, t.code, err)
		if err != nil {
			r = one.failure(err)
		}
		r.ctid = t.ctid
		if r.code == "" {
			r.code = t.code
		}
		out = append(out, r)
	}
	return out
}

// run carries the task out for one object.
func (t *task) run(ctx context.Context) (result, error) {
	if t.id != "" {
		if v := t.object.ChildTrim(t.id); v != "" {
			t.subject = t.about(v)
		}
	}
	t.c = t.q.caller.For(t.code, t.q.stid, t.ctid)
	t.c.DryRun = truthy(t.node.ChildText("demo"))
	t.q.orders++
	if key := t.q.http.Header.Get("Idempotency-Key"); key != "" {
		if t.q.orders > 1 {
			key += "#" + strconv.Itoa(t.q.orders)
		}
		t.c.IdempotencyKey = key
	}
	if err := t.notLater(); err != nil {
		return result{}, err
	}
	return t.handle(ctx, t)
}

// about is the object that a status names for an identifier.
func (t *task) about(identifier string) object {
	switch t.id {
	case "domain": // cancelations and transfers are known by their domain
		return object{"domain", clip(shownName("domain", identifier))}
	case "hash":
		return object{} // a secret
	}
	return object{t.element, clip(shownName(t.element, identifier))}
}

// notLater refuses a task for a later time, which would otherwise be carried out at once.
func (t *task) notLater() error {
	text := t.node.ChildTrim("execdate")
	if text == "" {
		return nil
	}
	from, _, ok := span(text)
	if !ok {
		return bad(errs.Invalid, "request.task.execdate", text, "is not a date and time")
	}
	if from.After(t.d.run.Clocks().Registrar()) {
		return bad(errs.Unsupported, "request.task.execdate", text, "tasks cannot be scheduled for a later time")
	}
	return nil
}

// objects are the task's object elements that say anything, with the values of the template in default filled in; one nil
// when there are none (autodns-xml.md §2).
func (t *task) objects() ([]*xmlx.Node, error) {
	var out []*xmlx.Node
	if t.element != "" {
		for _, n := range t.node.ChildrenNamed(t.element) {
			if given(n) {
				out = append(out, n)
			}
		}
	}
	switch {
	case len(out) == 0:
		return []*xmlx.Node{nil}, nil
	case len(out) > MaxObjects:
		return nil, bad(errs.TooLarge, "request.task."+t.element, "", "a task holds at most "+strconv.Itoa(MaxObjects)+" objects")
	}
	if template := t.node.Child("default"); given(template) {
		for i, n := range out {
			out[i] = filled(n, template)
		}
	}
	return out, nil
}

// filled is an object with what the template has and the object lacks.
func filled(n, template *xmlx.Node) *xmlx.Node {
	c := *n
	c.Children = append([]*xmlx.Node(nil), n.Children...)
	for _, k := range template.Children {
		if n.Child(k.Name) == nil {
			c.Children = append(c.Children, k)
		}
	}
	return &c
}

// notOffered refuses a task of the vendor's that this server does not carry out (autodns-xml.md §8).
func (t *task) notOffered() result {
	title := t.code + " (" + knownTasks[t.code] + ")"
	text := internetx.Text{EN: "This system does not offer task " + title + ".", DE: "Der Auftrag " + title + " wird von diesem System nicht angeboten."}
	return result{letter: 'E', code: t.code, ctid: t.ctid, object: t.named(), msgs: []message{{
		text: text.In(t.q.german()), code: "EF00106", kind: "error", object: object{"request.task.code", t.code},
	}}}
}

// named is the object that a task of any kind is about, as far as its form is known.
func (t *task) named() object {
	for _, f := range []object{{"domain", "name"}, {"zone", "name"}, {"handle", "id"}, {"cancelation", "domain"}, {"transfer", "domain"},
		{"redirect", "source"}, {"mailproxy", "domain"}, {"backup_mx", "domain"}} {
		if v := t.node.Path(f.kind).ChildTrim(f.value); v != "" {
			return object{f.kind, clip(shownName(f.kind, v))}
		}
	}
	return object{}
}

// identifier is the object's own, which the task cannot do without.
func (t *task) identifier() (string, error) {
	if v := t.object.ChildTrim(t.id); v != "" {
		return v, nil
	}
	return "", bad(errs.Missing, "request.task."+t.element+"."+t.id, "", "is required")
}

// keys are the additional fields that the task asks for, in small letters.
func (t *task) keys() map[string]bool {
	m := map[string]bool{}
	for _, k := range t.node.ChildrenNamed("key") {
		if w := lower(k.Trim()); w != "" {
			m[w] = true
		}
	}
	return m
}

// done is the answer to a task that changed something: S when it is finished, N when a message will follow.
func (t *task) done(letter byte, msgs ...message) result {
	return result{letter: letter, object: t.subject, msgs: msgs}
}

// do runs a command for the task's caller.
func do[R any](ctx context.Context, t *task, cmd command.Command[R]) (R, error) {
	return command.Do(ctx, t.d.run, t.c, cmd)
}

// missing reports whether an error says that an object is not there for the caller.
func missing(err error) bool {
	var e *errs.Error
	return errors.As(err, &e) && (e.Kind == errs.NotFound || e.Kind == errs.NotOwned)
}
