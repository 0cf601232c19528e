package epp

// Result codes of RFC 5730 §3.
const (
	CodeOK                   = 1000
	CodePending              = 1001
	CodeNoMessages           = 1300
	CodeAckToDequeue         = 1301
	CodeEndingSession        = 1500
	CodeUnknownCommand       = 2000
	CodeSyntax               = 2001
	CodeUse                  = 2002
	CodeMissingParameter     = 2003
	CodeRange                = 2004
	CodeValueSyntax          = 2005
	CodeVersion              = 2100
	CodeUnimplementedCommand = 2101
	CodeUnimplementedOption  = 2102
	CodeExtension            = 2103
	CodeBilling              = 2104
	CodeNotRenewable         = 2105
	CodeNotTransferable      = 2106
	CodeAuthentication       = 2200
	CodeAuthorization        = 2201
	CodeBadAuthInfo          = 2202
	CodePendingTransfer      = 2300
	CodeNotPendingTransfer   = 2301
	CodeExists               = 2302
	CodeNotExist             = 2303
	CodeStatusProhibits      = 2304
	CodeInUse                = 2305
	CodePolicy               = 2306
	CodeObjectService        = 2307
	CodeDataPolicy           = 2308
	CodeFailed               = 2400
	CodeFailedClosing        = 2500
	CodeAuthClosing          = 2501
	CodeSessionLimit         = 2502
)

var texts = map[int]string{
	CodeOK:                   "Command completed successfully",
	CodePending:              "Command completed successfully; action pending",
	CodeNoMessages:           "Command completed successfully; no messages",
	CodeAckToDequeue:         "Command completed successfully; ack to dequeue",
	CodeEndingSession:        "Command completed successfully; ending session",
	CodeUnknownCommand:       "Unknown command",
	CodeSyntax:               "Command syntax error",
	CodeUse:                  "Command use error",
	CodeMissingParameter:     "Required parameter missing",
	CodeRange:                "Parameter value range error",
	CodeValueSyntax:          "Parameter value syntax error",
	CodeVersion:              "Unimplemented protocol version",
	CodeUnimplementedCommand: "Unimplemented command",
	CodeUnimplementedOption:  "Unimplemented option",
	CodeExtension:            "Unimplemented extension",
	CodeBilling:              "Billing failure",
	CodeNotRenewable:         "Object is not eligible for renewal",
	CodeNotTransferable:      "Object is not eligible for transfer",
	CodeAuthentication:       "Authentication error",
	CodeAuthorization:        "Authorization error",
	CodeBadAuthInfo:          "Invalid authorization information",
	CodePendingTransfer:      "Object pending transfer",
	CodeNotPendingTransfer:   "Object not pending transfer",
	CodeExists:               "Object exists",
	CodeNotExist:             "Object does not exist",
	CodeStatusProhibits:      "Object status prohibits operation",
	CodeInUse:                "Object association prohibits operation",
	CodePolicy:               "Parameter value policy error",
	CodeObjectService:        "Unimplemented object service",
	CodeDataPolicy:           "Data management policy violation",
	CodeFailed:               "Command failed",
	CodeFailedClosing:        "Command failed; server closing connection",
	CodeAuthClosing:          "Authentication error; server closing connection",
	CodeSessionLimit:         "Session limit exceeded; server closing connection",
}

// Text is the standard text of a result code, empty for a number that RFC 5730 does not define.
func Text(code int) string { return texts[code] }

// Success reports whether a code says that the command was accepted (1xxx).
func Success(code int) bool { return code >= 1000 && code < 2000 }

// Closing reports whether the server closes the connection after this answer (1500, 25xx).
func Closing(code int) bool { return code == CodeEndingSession || code >= 2500 && code < 2600 }
