package epp

// Token gives an allocation token its form in CommandExt.AllocationToken and ResponseExt.AllocationToken (RFC 8495 §4.1). A
// token is a secret; an empty one is allowed on the wire.
func Token(text string) *string { return &text }
