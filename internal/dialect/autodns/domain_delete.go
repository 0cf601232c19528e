package autodns

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/wire/xmlx"
)

// domainDelete is task 0103: the domain is deleted at once. The name stands in a domain element or, from one client, in a
// cancelation (autodns-xml.md §9.3). Handing a domain back to the registry (transit) is not offered.
func domainDelete(ctx context.Context, t *task) (result, error) {
	if t.object == nil {
		t.element, t.id = "cancelation", "domain"
		t.object = t.node.Child("cancelation")
		t.subject = object{"domain", clip(shownName("domain", t.object.ChildTrim("domain")))}
	}
	if t.object.ChildTrim(t.id) == "" {
		return result{}, bad(errs.Missing, "request.task.domain.name", "", "is required")
	}
	name, err := t.domainName()
	if err != nil {
		return result{}, err
	}
	for _, item := range []string{"transit", "disconnect"} {
		if truthy(t.object.ChildText(item)) {
			return result{}, bad(errs.Unsupported, "request.task."+t.element+"."+item, "1", "the registries here take no domain back")
		}
	}
	t.c.Notice = order.NoticeIfPending // the deletion itself is a message
	if _, err := do(ctx, t, command.DeleteDomain{Name: name}); err != nil {
		return result{}, err
	}
	return t.done('N'), nil
}

// domainName is the name that the task's object is about: the identifier itself, or in place of it an element domain with a name,
// as some clients send it. It becomes the status' object.
func (t *task) domainName() (string, error) {
	n := t.object.Child(t.id)
	name := n.Trim()
	if name == "" {
		name = n.ChildTrim("name")
	}
	if name == "" {
		return "", bad(errs.Missing, "request.task."+t.element+"."+t.id, "", "is required")
	}
	t.subject = object{"domain", clip(shownName("domain", name))}
	return name, nil
}

// namesDomain reports whether an object element says which domain it is about.
func namesDomain(n *xmlx.Node, id string) bool {
	return n.ChildTrim(id) != "" || n.Path(id).ChildTrim("name") != ""
}
