package domainrobot

import (
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
)

// offered are the tasks of this server (domainrobot-json.md §8).
func offered() []*route {
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

		{method: "POST", pattern: "/domain", code: "0101", object: classDomain, need: account.Full, handle: domainCreate},
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
		{method: "GET", pattern: "/poll", code: "0905", object: classMessage, need: account.Read, handle: pollInfo},
		{method: "PUT", pattern: "/poll/{id}", code: "0906", object: classMessage, need: account.Read, handle: pollConfirm},

		{method: "GET", pattern: "/account", code: "0984", object: classAccount, need: account.Read, handle: accountInfo},
		{method: "GET", pattern: "/document/{alias}", code: "1901004", object: "Document", need: account.Read, handle: documentInfo},
		{method: "POST", pattern: "/price/article/_search", object: classPrice, need: account.Read, handle: priceSearch},
		{method: "GET", pattern: "/user/{name}/{context}", code: "1301004", object: classUser, need: account.Read, handle: userInfo},
	}
}
