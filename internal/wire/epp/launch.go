package epp

import "time"

// Launch phases (RFC 8334 §2.3); a custom one is named by LaunchPhase.Name.
const (
	PhaseSunrise  = "sunrise"
	PhaseLandrush = "landrush"
	PhaseClaims   = "claims"
	PhaseOpen     = "open"
	PhaseCustom   = "custom"
)

// States of a launch application (RFC 8334 §2.4).
const (
	LaunchPendingValidation = "pendingValidation"
	LaunchValidated         = "validated"
	LaunchInvalid           = "invalid"
	LaunchPendingAllocation = "pendingAllocation"
	LaunchAllocated         = "allocated"
	LaunchRejected          = "rejected"
	LaunchCustom            = "custom"
)

// LaunchPhase is a phase; Name is a custom phase's name, or a sub-phase (RFC 8334 §2.3).
type LaunchPhase struct {
	Name  string `epp:"@name,t=token,opt"`
	Phase string `epp:",text,t=phase"`
}

// LaunchCheck asks in a domain check whether names have trademark claims (Type "claims", also when absent) or are available
// in a phase ("avail"). A claims check in the form of RFC 8334 §3.1.1 names the phase claims.
type LaunchCheck struct {
	Type  string      `epp:"@type,t=launchcheck,def=claims"`
	Phase LaunchPhase `epp:"phase"`
}

// LaunchInfo asks in a domain info for an application (RFC 8334 §3.2); with IncludeMark the answer has the marks.
type LaunchInfo struct {
	IncludeMark   bool        `epp:"@includeMark,opt"`
	Phase         LaunchPhase `epp:"phase"`
	ApplicationID string      `epp:"applicationID,t=token,opt"`
}

// LaunchCreate registers in a phase (RFC 8334 §3.3): in a sunrise with one of CodeMarks, SignedMarks and EncodedMarks, in a
// claims phase with a Notice, or with both. Type is "application", "registration", or empty where the phase has only one.
type LaunchCreate struct {
	Type         string        `epp:"@type,t=launchobject,opt"`
	Phase        LaunchPhase   `epp:"phase"`
	CodeMarks    []CodeMark    `epp:"codeMark,opt"`
	SignedMarks  []Element     `epp:"smd:signedMark,opt"`
	EncodedMarks []EncodedMark `epp:"smd:encodedSignedMark,opt"`
	Notice       *ClaimsNotice `epp:"notice,opt"`
}

func (l *LaunchCreate) check(at Name) *Error {
	if len(l.CodeMarks)+len(l.SignedMarks)+len(l.EncodedMarks) == 0 {
		return nil
	}
	return oneOf(at, len(l.CodeMarks) > 0, len(l.SignedMarks) > 0, len(l.EncodedMarks) > 0)
}

// CodeMark is a code that stands for a validated mark, the mark itself, or both (RFC 8334 §2.6.1). Mark is passed on
// unread.
type CodeMark struct {
	Code *LaunchCode `epp:"code,opt"`
	Mark *Element    `epp:"mark:mark,opt"`
}

// LaunchCode is a code or claim key of a validator, "tmch" when the validator is absent (RFC 8334 §2.2).
type LaunchCode struct {
	ValidatorID string `epp:"@validatorID,t=mintoken,opt"`
	Code        string `epp:",text,t=mintoken"`
}

// EncodedMark is a signed mark in base64 (RFC 7848 §2.4); white space in Data is collapsed, which base64 does not mind.
// Encoding is "base64" when absent.
type EncodedMark struct {
	Encoding string `epp:"@encoding,t=string,opt"`
	Data     string `epp:",text,t=token"`
}

// ClaimsNotice acknowledges a trademark claims notice (RFC 8334 §3.3.2).
type ClaimsNotice struct {
	ID       NoticeID  `epp:"noticeID"`
	NotAfter time.Time `epp:"notAfter"`
	Accepted time.Time `epp:"acceptedDate"`
}

// NoticeID is the notice's number and the validator that issued it, "tmch" when absent.
type NoticeID struct {
	ValidatorID string `epp:"@validatorID,t=mintoken,opt"`
	ID          string `epp:",text,t=mintoken"`
}

// LaunchID names an application: in update and delete, and in the answer to a create (RFC 8334 §3.3 to §3.5).
type LaunchID struct {
	Phase         LaunchPhase `epp:"phase"`
	ApplicationID string      `epp:"applicationID,t=token"`
}

// LaunchChecked answers a claims check, one item per name (RFC 8334 §3.1.1).
type LaunchChecked struct {
	Phase LaunchPhase   `epp:"phase"`
	Items []LaunchClaim `epp:"cd"`
}

// LaunchClaim tells whether a name has a claim, and with which key the notice is fetched. Several keys, one per validator,
// are read; at most one is written.
type LaunchClaim struct {
	Name ClaimedName `epp:"name"`
	Keys []LaunchKey `epp:"claimKey,opt,max=1"`
}

// ClaimedName is a name and whether a claim on it exists.
type ClaimedName struct {
	Exists bool   `epp:"@exists"`
	Name   string `epp:",text,t=label"`
}

// LaunchKey is a claim key of a validator, "tmch" when the validator is absent.
type LaunchKey struct {
	ValidatorID string `epp:"@validatorID,t=mintoken,opt"`
	Key         string `epp:",text,t=token"`
}

// LaunchData answers an info (RFC 8334 §3.2). Marks are passed on unread.
type LaunchData struct {
	Phase         LaunchPhase   `epp:"phase"`
	ApplicationID string        `epp:"applicationID,t=token,opt"`
	Status        *LaunchStatus `epp:"status,opt"`
	Marks         []Element     `epp:"mark:mark,opt"`
}

// LaunchStatus is an application's state; Name is a custom state's name.
type LaunchStatus struct {
	S    string `epp:"@s,t=launchstatus"`
	Lang string `epp:"@lang,t=lang,opt"`
	Name string `epp:"@name,t=token,opt"`
	Text string `epp:",text"`
}
