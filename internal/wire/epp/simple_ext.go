package epp

import (
	"encoding/base64"
	"regexp"
	"strings"
)

// extSimples are the simple types that only the extensions use.
var extSimples = map[string]*simple{
	"string":    {preserve: true},
	"nmtoken":   {collapse: true, pattern: regexp.MustCompile(`^[A-Za-z0-9._:-]+$`)},
	"duration":  {collapse: true, rule: isDuration},
	"hex":       {collapse: true, pattern: regexp.MustCompile(`^([0-9a-fA-F]{2})*$`)},
	"base64":    {compact: true, min: 1, rule: isBase64},
	"decimal":   {collapse: true, rule: isDecimal},
	"nonneg":    {collapse: true, rule: func(s string) bool { return isDecimal(s) && sign(s) >= 0 }},
	"nonpos":    {collapse: true, rule: func(s string) bool { return isDecimal(s) && sign(s) <= 0 }},
	"currency":  {preserve: true, pattern: regexp.MustCompile(`^[A-Z]{3}$`)},
	"restoreop": {collapse: true, enum: []string{RestoreRequest, RestoreReport}},
	"rgpstatus": {collapse: true, enum: []string{RGPAddPeriod, RGPAutoRenewPeriod, RGPRenewPeriod, RGPTransferPeriod,
		RGPPendingDelete, RGPPendingRestore, RGPRedemptionPeriod}},
	"feecommand": {collapse: true, enum: []string{FeeForCreate, FeeForDelete, FeeForRenew, FeeForUpdate, FeeForTransfer,
		FeeForRestore, FeeForCustom}},
	"longpw":      {collapse: true, min: 6},
	"eventlevel":  {collapse: true, enum: []string{EventWarning, EventError}},
	"eventtype":   {collapse: true, enum: []string{EventPassword, EventCertificate, EventCipher, EventTLSProtocol, EventNewPassword, EventStat, EventCustom}},
	"changestate": {collapse: true, enum: []string{"before", "after"}},
	"changeop": {collapse: true, enum: []string{"create", "delete", "renew", "transfer", "update", "restore", "autoRenew", "autoDelete",
		"autoPurge", "custom"}},
	"changecase":   {collapse: true, enum: []string{"udrp", "urs", "custom"}},
	"phase":        {collapse: true, enum: []string{PhaseSunrise, PhaseLandrush, PhaseClaims, PhaseOpen, PhaseCustom}},
	"launchcheck":  {collapse: true, enum: []string{"claims", "avail"}},
	"launchobject": {collapse: true, enum: []string{"application", "registration"}},
	"launchstatus": {collapse: true, enum: []string{LaunchPendingValidation, LaunchValidated, LaunchInvalid, LaunchPendingAllocation,
		LaunchAllocated, LaunchRejected, LaunchCustom}},
	"maintpoll":   {collapse: true, enum: []string{"create", "update", "delete", "courtesy", "end"}},
	"maintreason": {collapse: true, enum: []string{"planned", "emergency"}},
	"maintimpact": {collapse: true, enum: []string{"none", "partial", "full"}},
	"maintenv":    {collapse: true, enum: []string{"production", "ote", "staging", "dev", "custom"}},
	"maintdescr":  {collapse: true, enum: []string{"plain", "html"}},
	"ttlrecord":   {collapse: true, enum: []string{TTLForNS, TTLForDS, TTLForDNAME, TTLForA, TTLForAAAA, TTLForCustom}},
	"ttlcustom":   {collapse: true, pattern: regexp.MustCompile(`^(A|[A-Z][A-Z0-9-]*[A-Z0-9])$`)},
	"setid":       {collapse: true, min: 1, max: 63},
	"setidchg":    {collapse: true, max: 63},
	"setauth":     {max: 300},
	"sstatus": {collapse: true, enum: []string{StatusOK, StatusLinked, StatusServerDeleteProhibited, StatusServerTransferProhibited,
		StatusServerUpdateProhibited}},
	"applied": {collapse: true, enum: []string{"immediate", "delayed"}},
}

// typeOf finds a simple type by the name that tags use.
func typeOf(name string) *simple {
	if t := simples[name]; t != nil {
		return t
	}
	return extSimples[name]
}

var (
	decimalForm  = regexp.MustCompile(`^[+-]?([0-9]{1,40}(\.[0-9]{0,18})?|\.[0-9]{1,18})$`)
	durationForm = regexp.MustCompile(`^-?P([0-9]{1,9}Y)?([0-9]{1,9}M)?([0-9]{1,9}D)?(T([0-9]{1,9}H)?([0-9]{1,9}M)?([0-9]{1,9}(\.[0-9]{1,9})?S)?)?$`)
)

func isDecimal(s string) bool { return decimalForm.MatchString(collapse(s)) }

// sign is -1, 0 or 1 as a decimal number is below, equal to or above zero.
func sign(s string) int {
	switch {
	case !strings.ContainsAny(s, "123456789"):
		return 0
	case strings.HasPrefix(s, "-"):
		return -1
	}
	return 1
}

// isDuration reports whether s is an xsd:duration with at least one part, also after T.
func isDuration(s string) bool {
	return durationForm.MatchString(s) && !strings.HasSuffix(s, "P") && !strings.HasSuffix(s, "T")
}

func isBase64(s string) bool {
	_, err := base64.StdEncoding.Strict().DecodeString(s)
	return err == nil
}
