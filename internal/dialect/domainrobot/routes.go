package domainrobot

import (
	"slices"

	"github.com/polyreg/polyreg/internal/account"
)

// Classes of objects, as envelopes name them.
const (
	classDomain  = "Domain"
	classContact = "Contact"
	classJob     = "Job"
	classMessage = "Message"
	classUser    = "User"
	classAccount = "Account"
	classPrice   = "Price"
	classStudio  = "DomainEnvelope"
	classServer  = "NameServer"

	classZone     = "Zone"
	classRedirect = "Redirect"

	classCancelation     = "DomainCancelation"
	classRestore         = "DomainRestore"
	classAutoDelete      = "AutoDeleteDomain"
	classTransfer        = "Transfer"
	classTransferOut     = "TransferOut"
	classPremium         = "DomainPremium"
	classVerification    = "ContactVerification"
	classVerifiedContact = "ContactVerificationContact"
)

// aboutDomains are the classes of tasks about a domain of the caller's.
var aboutDomains = map[string]bool{classDomain: true, classCancelation: true, classTransfer: true, classTransferOut: true, classRestore: true}

// Codes of tasks that are told apart elsewhere.
const (
	codeCreate      = "0101"
	codeTransfer    = "0104"
	codeTransferOut = "0106002"
	codeOwnerChange = "0104010"

	codeZoneCreate     = "0201"
	codeZoneImport     = "0204"
	codeRedirectCreate = "0501"
)

// offered are the tasks of this server (domainrobot-json.md §8).
func offered() []*route {
	return slices.Concat(general(), life(), zones(), redirects())
}

// zones are the tasks on zones (domainrobot-json.md §8.5). A zone may be told without its name server; older releases have other words.
func zones() []*route {
	return []*route{
		{method: "POST", pattern: "/zone", code: codeZoneCreate, object: classZone, need: account.Modify, handle: zoneCreate},
		{method: "POST", pattern: "/zone/_search", code: "0205", object: classZone, need: account.Read, handle: zoneSearch},
		{method: "GET", pattern: "/zone/{name}", code: "0205", object: classZone, need: account.Read, handle: zoneInfo},
		{method: "PUT", pattern: "/zone/{name}", code: "0202", object: classZone, need: account.Modify, handle: zoneUpdate},
		{method: "DELETE", pattern: "/zone/{name}", code: "0203", object: classZone, need: account.Modify, handle: zoneDelete},
		{method: "POST", pattern: "/zone/{name}/_stream", code: "0202002", object: classZone, need: account.Modify, handle: zoneStream},
		{method: "GET", pattern: "/zone/{name}/{virtualNameServer}", code: "0205", object: classZone, need: account.Read, handle: zoneInfo},
		{method: "PUT", pattern: "/zone/{name}/{virtualNameServer}", code: "0202", object: classZone, need: account.Modify, handle: zoneUpdate},
		{method: "DELETE", pattern: "/zone/{name}/{virtualNameServer}", code: "0203", object: classZone, need: account.Modify, handle: zoneDelete},
		{method: "PATCH", pattern: "/zone/{name}/{virtualNameServer}", code: "0202001", object: classZone, need: account.Modify, handle: zonePatch},
		{method: "GET", pattern: "/zone/{name}/{virtualNameServer}/_axfr", code: "0210", object: classZone, need: account.Read, handle: zoneAXFR},
		{method: "GET", pattern: "/zone/{name}/{virtualNameServer}/axfr", code: "0210", object: classZone, need: account.Read, handle: zoneAXFR},
		{method: "PUT", pattern: "/zone/{name}/{virtualNameServer}/_comment", code: "0202004", object: classZone, need: account.Modify, handle: zoneComment},
		{method: "POST", pattern: "/zone/{name}/{virtualNameServer}/_import", code: codeZoneImport, object: classZone, need: account.Modify, handle: zoneImport},
		{method: "POST", pattern: "/zone/{name}/{virtualNameServer}/transfer", code: codeZoneImport, object: classZone, need: account.Modify, handle: zoneImport},

		{method: "POST", pattern: "/bulk/zone", code: codeZoneCreate, object: classZone, need: account.Modify, handle: bulk(bulkZones, zoneCreate)},
		{method: "DELETE", pattern: "/bulk/zone", code: "0203", object: classZone, need: account.Modify, body: true, handle: bulk(bulkZones, zoneDelete)},
		{method: "PATCH", pattern: "/bulk/zone", code: "0202001", object: classZone, need: account.Modify, handle: bulk(bulkZones, zonePatch)},
		{method: "PUT", pattern: "/bulk/zone/_comment", code: "0202004", object: classZone, need: account.Modify, handle: bulk(bulkZones, zoneComment)},
		{method: "POST", pattern: "/bulk/zone/_import", code: codeZoneImport, object: classZone, need: account.Modify, handle: bulk(bulkZones, zoneImport)},
	}
}

// redirects are the tasks on redirects of web and mail (domainrobot-json.md §8.6).
func redirects() []*route {
	return []*route{
		{method: "POST", pattern: "/redirect", code: codeRedirectCreate, object: classRedirect, need: account.Modify, handle: redirectCreate},
		{method: "POST", pattern: "/redirect/_search", code: "0504", object: classRedirect, need: account.Read, handle: redirectSearch},
		{method: "GET", pattern: "/redirect/{source*}", code: "0504", object: classRedirect, need: account.Read, handle: redirectInfo},
		{method: "PUT", pattern: "/redirect/{source*}", code: "0502", object: classRedirect, need: account.Modify, handle: redirectUpdate},
		{method: "DELETE", pattern: "/redirect/{source*}", code: "0503", object: classRedirect, need: account.Modify, handle: redirectDelete},

		{method: "POST", pattern: "/bulk/redirect", code: codeRedirectCreate, object: classRedirect, need: account.Modify, handle: bulk(bulkRedirects, redirectCreate)},
		{method: "DELETE", pattern: "/bulk/redirect", code: "0503", object: classRedirect, need: account.Modify, body: true, handle: bulk(bulkRedirects, redirectDelete)},
		{method: "PATCH", pattern: "/bulk/redirect", code: "0502", object: classRedirect, need: account.Modify, handle: bulk(bulkRedirects, redirectUpdate)},
	}
}

// life are the tasks on what becomes of a domain and its owner.
func life() []*route {
	return []*route{
		{method: "DELETE", pattern: "/domain/{name}", code: "0103", object: classDomain, need: account.Full, handle: domainDelete},
		{method: "POST", pattern: "/domain/{name}/cancelation", code: "0103101", object: classCancelation, need: account.Full, handle: cancelationCreate},
		{method: "PUT", pattern: "/domain/{name}/cancelation", code: "0103102", object: classCancelation, need: account.Full, handle: cancelationUpdate},
		{method: "DELETE", pattern: "/domain/{name}/cancelation", code: "0103103", object: classCancelation, need: account.Modify, handle: cancelationDelete},
		{method: "GET", pattern: "/domain/{name}/cancelation", code: "0103104", object: classCancelation, need: account.Read, handle: cancelationInfo},
		{method: "POST", pattern: "/domain/cancelation/_search", code: "0103104", object: classCancelation, need: account.Read, handle: cancelationSearch},
		{method: "POST", pattern: "/domain/autodelete/_search", code: "0718", object: classAutoDelete, need: account.Read, handle: autoDeleteSearch},
		{method: "PUT", pattern: "/domain/{name}/_restore", code: "0101005", object: classDomain, need: account.Full, handle: domainRestore},
		{method: "POST", pattern: "/domain/restore/_search", code: "0105005", object: classRestore, need: account.Read, handle: restoreSearch},
		{method: "POST", pattern: "/restore/_search", code: "0105005", object: classRestore, need: account.Read, handle: restoreSearch},

		{method: "POST", pattern: "/domain/_transfer", code: codeTransfer, object: classDomain, need: account.Full, handle: domainTransfer},
		{method: "POST", pattern: "/transferout/_search", code: "0106001", object: classTransferOut, need: account.Read, handle: transferOutSearch},
		{method: "GET", pattern: "/transferout/{name}", code: "0106001", object: classTransfer, need: account.Read, handle: transferOutInfo},
		{method: "PUT", pattern: "/transferout/{domain}/{type}", code: codeTransferOut, object: classTransferOut, need: account.Full, handle: transferOutAnswer},
		{method: "POST", pattern: "/transferout/{domain}/{type}", code: codeTransferOut, object: classTransferOut, need: account.Full, handle: transferOutAnswer},

		{method: "POST", pattern: "/domain/{name}/_authinfo1", code: "0113001", object: classDomain, need: account.Modify, handle: authInfoCreate},
		{method: "DELETE", pattern: "/domain/{name}/_authinfo1", code: "0113002", object: classDomain, need: account.Modify, handle: authInfoDelete},
		{method: "POST", pattern: "/domain/{name}/_authinfo2", code: "0113003", object: classDomain, need: account.Modify, handle: authInfo2Create},
		{method: "PUT", pattern: "/domain/{name}/_sendAuthinfoToOwnerc", code: "0113005", object: classDomain, need: account.Modify, handle: authInfoSend},

		{method: "PUT", pattern: "/domain/{name}/_dnssec", code: "0102007", object: classDomain, need: account.Modify, handle: domainDNSSEC},
		{method: "PUT", pattern: "/domain/{name}/_ownerChange", code: codeOwnerChange, object: classDomain, need: account.Modify, handle: ownerChange},
		{method: "POST", pattern: "/domain/_ownerChange", code: codeOwnerChange, object: classDomain, need: account.Modify, handle: ownerChange},
		{method: "POST", pattern: "/domain/_trade", code: codeOwnerChange, object: classDomain, need: account.Modify, handle: ownerChange},
		{method: "GET", pattern: "/domainpremium/{name}", code: "0164", object: classPremium, need: account.Read, handle: premiumInfo},

		{method: "DELETE", pattern: "/contact/{id}", code: "0303", object: classContact, need: account.Modify, handle: contactDelete},
		{method: "GET", pattern: "/contact/{id}/verification", code: "0344", object: classVerification, need: account.Read, handle: verificationInfo},
		{method: "PUT", pattern: "/contact/{id}/verification/_resendEmail", code: "0349", object: classVerification, need: account.Modify, handle: verificationResend},
		{method: "PUT", pattern: "/contact/verification/_confirm", code: "0346", object: classVerification, need: account.Modify, handle: verificationConfirm},
		{method: "GET", pattern: "/contact/{id}/verification/contact", code: "0374", object: classVerifiedContact, need: account.Read, handle: verifiedContactInfo},
	}
}

// general are all others.
func general() []*route {
	return []*route{
		{method: "GET", pattern: "/hello", code: "0000", need: account.Read, handle: hello},
		{method: "POST", pattern: "/login", code: "1321001", object: classUser, need: account.Read, public: true, handle: login},
		{method: "DELETE", pattern: "/logout", code: "1321003", object: classUser, need: account.Read, handle: logout},
		{method: "GET", pattern: "/logout", code: "1321003", object: classUser, need: account.Read, handle: logout},

		{method: "POST", pattern: "/domainstudio", code: "0108001", object: classStudio, need: account.Read, handle: domainStudio},

		{method: "POST", pattern: "/contact", code: "0301", object: classContact, need: account.Modify, handle: contactCreate},
		{method: "POST", pattern: "/contact/_search", code: "0304", object: classContact, need: account.Read, handle: contactSearch},
		{method: "GET", pattern: "/contact/{id}", code: "0304", object: classContact, need: account.Read, handle: contactInfo},
		{method: "PUT", pattern: "/contact/{id}", code: "0302", object: classContact, need: account.Modify, handle: contactUpdate},
		{method: "PUT", pattern: "/contact/{id}/_comment", code: "0302004", object: classContact, need: account.Modify, handle: contactComment},

		{method: "POST", pattern: "/domain", code: codeCreate, object: classDomain, need: account.Full, handle: domainCreate},
		{method: "POST", pattern: "/domain/_search", code: "0105", object: classDomain, need: account.Read, handle: domainSearch},
		{method: "GET", pattern: "/domain/{name}", code: "0105", object: classDomain, need: account.Read, handle: domainInfo},
		{method: "PUT", pattern: "/domain/{name}", code: "0102", object: classDomain, need: account.Modify, handle: domainUpdate},
		{method: "PUT", pattern: "/domain/{name}/_renew", code: "0101003", object: classDomain, need: account.Full, handle: domainRenew},
		{method: "PUT", pattern: "/domain/{name}/_comment", code: "0102004", object: classDomain, need: account.Modify, handle: domainComment},
		{method: "PUT", pattern: "/domain/{name}/_statusUpdate", code: "0102002", object: classDomain, need: account.Modify, handle: domainStatus},

		{method: "POST", pattern: "/job/_search", code: "300115", object: classJob, need: account.Read, handle: jobSearch},
		{method: "GET", pattern: "/job/{id}", code: "300114", object: classJob, need: account.Read, handle: jobInfo},
		{method: "POST", pattern: "/job/history/_search", code: "300135", object: classJob, need: account.Read, handle: jobHistorySearch},
		{method: "GET", pattern: "/job/history/{id}", code: "300134", object: classJob, need: account.Read, handle: jobHistoryInfo},
		{method: "PUT", pattern: "/job/{id}/_cancel", code: "300121", object: classJob, need: account.Full, handle: jobCancel},
		{method: "GET", pattern: "/poll", code: "0905", object: classMessage, need: account.Read, handle: pollInfo},
		{method: "PUT", pattern: "/poll/{id}", code: "0906", object: classMessage, need: account.Read, handle: pollConfirm},

		{method: "GET", pattern: "/account", code: "0984", object: classAccount, need: account.Read, handle: accountInfo},
		{method: "GET", pattern: "/document/{alias}", code: "1901004", object: "Document", need: account.Read, handle: documentInfo},
		{method: "POST", pattern: "/price/article/_search", object: classPrice, need: account.Read, handle: priceSearch},
		{method: "GET", pattern: "/user/{name}/{context}", code: "1301004", object: classUser, need: account.Read, handle: userInfo},
	}
}
