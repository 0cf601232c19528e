package epp

import "testing"

func secureAuthCommands() map[string]*Command {
	chg := func(a *AuthInfoChange) *Command {
		return &Command{UpdateDomain: &DomainUpdate{Name: "a.example", Chg: &DomainChange{AuthInfo: a}}}
	}
	none := NoAuth()
	return map[string]*Command{
		"domain-create-unset": {CreateDomain: &DomainCreate{Name: "a.example", AuthInfo: NoAuth()}},
		"domain-update-unset": chg(UnsetAuth()),
		"domain-update-set":   chg(SetAuth("LuQ7Bu@w9?%+_HK3cayg")),
		"domain-info-empty":   {InfoDomain: &DomainInfo{Name: DomainInfoName{Hosts: "all", Name: "a.example"}, AuthInfo: &none}},
	}
}

func TestSecureAuth(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 200 {
		pw := NewSecureAuth()
		if !SecureAuth(pw) || seen[pw] || len(pw) != 24 {
			t.Fatalf("bad value %q", pw)
		}
		seen[pw] = true
	}
	for pw, want := range map[string]bool{"LuQ7Bu@w9?%+_HK3cayg": true, "": false, "LuQ7Bu@w9?%+_HK3cay": false, "aaaaaaaaaaaaaaaaaaaaaaaaaa": false,
		"LuQ7Bu@w9?%+ _HK3cayg": false, "LuQ7Bu@w9?%+äHK3cayg": false} {
		if SecureAuth(pw) != want {
			t.Errorf("%q: want %t", pw, want)
		}
	}
	empty := NoAuth()
	var none *AuthInfo
	if !empty.Unset() || !none.Unset() || !UnsetAuth().Unsets() || !SetAuth("").Unsets() || SetAuth("x").Unsets() ||
		!(&AuthInfoChange{PW: &Password{}}).Unsets() {
		t.Error("unset")
	}
}
