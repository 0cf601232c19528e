package wapi

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/errs"
)

// Handle groups with rules of their own (wapi.md §8): contacts live at a registry, and each registry has its handles.
const (
	classCZ   = "cz"
	classSK   = "sk"
	classEU   = "eu"
	classGTLD = "gtld"
)

// chosenForm is what a client may choose as a handle, per group. Groups that are not listed make their handles themselves.
var chosenForm = map[string]*regexp.Regexp{
	classCZ: regexp.MustCompile(`^[A-Z0-9]([A-Z0-9-]{0,28}[A-Z0-9])?$`),
	classSK: regexp.MustCompile(`^[A-Z0-9.-]{5,16}$`),
}

// handleForm is what a handle may look like when an object is asked for.
var handleForm = regexp.MustCompile(`^[A-Z0-9]([A-Z0-9._:-]{0,62}[A-Z0-9])?$`)

// reservedPrefix begins the handles that are made automatically; clients may not choose such.
const reservedPrefix = "WEDOS-"

// autoHandle makes the handle of a contact in a group.
func autoHandle(group string) func(contact.ID) string {
	return func(id contact.ID) string {
		return fmt.Sprintf("%s%s-%04d", reservedPrefix, strings.ToUpper(group), id)
	}
}

// contactHandle reads a handle that names an existing contact; ok is false when it cannot be one.
func contactHandle(text string) (handle string, ok bool) {
	handle = strings.ToUpper(text)
	return handle, handleForm.MatchString(handle)
}

// findContact resolves a handle at the registry of an ending. A contact of another registry, and another account's, are
// missing (3229 where the command has no code of its own).
func (c *call) findContact(ctx context.Context, handle string, tld *catalog.TLD) (contact.Contact, error) {
	found, err := do(ctx, c, command.FindContact{Dialect: name, Handle: handle})
	if err == nil && found.Group != "" && found.Group != tld.Class {
		err = errs.F(errs.NotFound, "contact", "the contact %s is none of this registry's", handle).On("contact", handle)
	}
	return found.Contact, err
}

// showHandles gives the handles of contacts in a group, and makes the missing ones. A handle without group serves in every one.
func (c *call) showHandles(ctx context.Context, group string, ids []contact.ID) (map[contact.ID]string, error) {
	peek := c.caller
	peek.DryRun = true // looks and makes none
	out := map[contact.ID]string{}
	for _, g := range []string{group, ""} {
		have, err := command.Do(ctx, c.d.runner, peek, command.Handles{Dialect: name, Group: g, IDs: ids, Format: func(contact.ID) string { return "" }})
		if err != nil {
			return nil, err
		}
		var missing []contact.ID
		for _, id := range ids {
			if h := have[id]; h != "" {
				out[id] = h
			} else {
				missing = append(missing, id)
			}
		}
		if ids = missing; len(ids) == 0 {
			return out, nil
		}
	}
	made, err := do(ctx, c, command.Handles{Dialect: name, Group: group, IDs: ids, Format: autoHandle(group)})
	for id, h := range made {
		out[id] = h
	}
	return out, err
}
