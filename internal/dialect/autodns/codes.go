package autodns

import "strings"

// knownTasks are the tasks that the vendor names, by code (autodns-xml.md §8, §23). Those not among the offers are refused
// under their own code; any other code is a wrong value.
var knownTasks = func() map[string]string {
	m := map[string]string{}
	for line := range strings.Lines(taskList) {
		if code, title, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			m[code] = title
		}
	}
	return m
}()

// taskCode finds the code meant: as sent, or with the leading zero that the vendor's own list drops (autodns-xml.md §2).
func taskCode(sent string) (code string, ok bool) {
	if knownTasks[sent] != "" {
		return sent, true
	}
	if padded := "0" + sent; (len(sent) == 3 || len(sent) == 6) && knownTasks[padded] != "" {
		return padded, true
	}
	return sent, false
}

const taskList = `
0101 Domain Create
0101003 Domain Renew
0101005 Domain Restore
0101006 Domain Buy
0102 Domain Update
0102002 Domain Status Update
0102004 Domain Comment Update
0102005 Domain Registrar Status Update
0102007 Domain DNSSEC Update
0102008 Domain Name Server Update
0103 Domain Delete
0103101 Domain Cancelation Create
0103102 Domain Cancelation Update
0103103 Domain Cancelation Delete
0103104 Domain Cancelation Info
0103124 Domain Cancelation History Info
0104 Domain Transfer
0104010 Domain Owner Change
0105 Domain Info
0105005 Domain Restore List
0106001 Transfer-Out Info
0106002 Transfer-Out Answer
0108001 Domain Studio Search
0109 Domain Import
0110001 Domain Prereg Create
0110002 Domain Prereg Update
0110003 Domain Prereg Delete
0110004 Domain Prereg Info
0110005 Domain Prereg List
0110007 Domain Prereg Confirm
0113001 AuthInfo1 Create
0113002 AuthInfo1 Delete
0113003 AuthInfo2 Create
0113005 AuthInfo Send
0114001 IRTP Inquire
0114002 IRTP Restart
01144 Billing Object Limit Info
01164 Task Limit Info
011441 Trademark Create
011442 Trademark Update
011443 Trademark Delete
011444 Trademark Info
011445 Trademark List
011446 Trademark Confirm
011449 Trademark Import
011450 Trademark Transfer
011451 Trademark Document Create
011453 Trademark Document Delete
011454 Trademark Document Info
011544 Trademark Claims Info
011545 Trademark Claims List
011546 Trademark Claims Confirm
011547 Trademark Claims Reject
0120002 AutoDNSSEC Key Rollover
0141 Backorder Create
0143 Backorder Delete
0144201 Client Customer Create
0144203 Client Customer Delete
0145 Backorder User List
0146 Backorder List
0155 Domain Monitoring List
0164 Domain Premium Info
0165 Domain Premium List
0201 Zone Create
0202 Zone Update
0202001 Zone Update Bulk
0202002 Zone Stream
0202004 Zone Comment Update
0203 Zone Delete
0204 Zone Import
0205 Zone Info
0210 Zone AXFR
0212 Zone Copy
0224 Zone History Info
0225 Zone History List
0226 Zone Restore
0265 Zone Query List
0301 Contact Create
0302 Contact Update
0302004 Contact Comment Update
0303 Contact Delete
0304 Contact Info
0341 Contact Verification Create
0344 Contact Verification Info
0345 Contact Verification List
0346 Contact Verification Confirm
0349 Contact Verification Resend
0354 Contact Verification History Info
0355 Contact Verification History List
0361 Contact Document Create
0362 Contact Document Status Update
0363 Contact Document Delete
0364 Contact Document Info
0365 Contact Document Copy
0371 Contact Case Verification Create
0372 Contact Case Verification Update
0374 Contact Case Verification Info
0375 Contact Case Verification List
0376 Contact Case Verification Confirm
0501 Redirect Create
0502 Redirect Update
0503 Redirect Delete
0504 Redirect Info
0511 MailProxy Create
0512 MailProxy Update
0513 MailProxy Delete
0514 MailProxy Info
0521 BackupMX Create
0523 BackupMX Delete
0524 BackupMX Info
0601 DomainSafe Object Create
0603 DomainSafe Object Delete
0604 DomainSafe Object List
0621 DomainSafe Contact Create
0622 DomainSafe Contact Update
0622001 DomainSafe User Create
0622002 DomainSafe User Update
0622003 DomainSafe User Delete
0624 DomainSafe Contact Info
0710 Spool Inquire
0713 History Inquire
0718 AutoDelete List
0884 Invoice Info
0885 Invoice List
0905 Poll Info
0906 Poll Confirm
0982 Account Update
0984 Account Info
09951 Price Create
09952 Price Update
09953 Price Delete
0995001 Subject Product List
09994 Billing Object Terms Info
099961 Customer Price List Create
099963 Customer Price List Delete
1301001 User Create
1301002 User Update
1301003 User Delete
1301004 User Info
1301014 User Profile Update
1301016 User Copy
1301017 User Profile Info
1301022 User ACL Update
1301024 User ACL Info
1301041 Token Configuration Create
1301042 Token Configuration Activate
1301043 Token Configuration Delete
1301044 Token Configuration Info
1301052 Service User Profile Update
1301054 Service User Profile Info
1308 Object User Assignment
1308001 Object User Assignment All
1321001 Auth Session Create
1321003 Auth Session Delete
1321011 User Verification Create
1322001 Trusted Application Create
1322002 Trusted Application Update
1322003 Trusted Application Delete
1322004 Trusted Application Info
1322005 Trusted Application List
1606 Billing Event Confirm
1608 Billing Event Reject
1609 Billing Event Reactivate
1623 Billing Event Drop
160105 Sales Report List
1701 Subscription Create
1702 Subscription Update
1703 Subscription Delete
1705 Subscription List
1706 Subscription Upgrade
1801004 Mail Info
1901004 Document Info
300114 Job Info
300115 Job List
300121 Job Cancel
300122 Job Confirm
300134 Job History Info
300135 Job History List
400101 Certificate Create
400102 Certificate Reissue
400103 Certificate Delete
400104 Certificate Info
400105 Certificate List
400106 Certificate Renew
400110 Certificate Prepare Order
400115 Certificate Job List
400118 Certificate Approver Mail
400119 Certificate Phone Authorization
400201 SSL Contact Create
400202 SSL Contact Update
400203 SSL Contact Delete
400204 SSL Contact Info
400205 SSL Contact List
4001012 Certificate Realtime
4001013 Certificate Installation Check
4001014 Certificate Site Seal
4001015 Certificate VMC Check
4001024 Certificate Comment
4001031 Certificate Revoke
`
