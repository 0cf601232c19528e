package sim_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/polyreg/polyreg/internal/wire/epp"
)

func ds(tag int) epp.DSData {
	return epp.DSData{KeyTag: tag, Alg: 13, DigestType: 2, Digest: strings.Repeat("AB", 32)}
}

func key(pub string) epp.KeyData {
	return epp.KeyData{Flags: 257, Protocol: 3, Alg: 13, PubKey: pub}
}

func TestDNSSEC(t *testing.T) {
	t.Parallel()
	w := start(t, nil)
	c := w.loginWith("reg-a")
	create := makeDomain("signed.com")
	create.Ext.SecDNSCreate = &epp.SecDNSData{MaxSigLife: 3600, DS: []epp.DSData{ds(1)}}
	w.login("reg-a").want(epp.CodeExtension, create)
	c.want(epp.CodeOK, create)
	up := func(u epp.SecDNSUpdate) *epp.Command {
		return &epp.Command{UpdateDomain: &epp.DomainUpdate{Name: "signed.com"}, Ext: epp.CommandExt{SecDNSUpdate: &u}}
	}
	add := func(d ...epp.DSData) *epp.SecDNSData { return &epp.SecDNSData{DS: d} }
	bad := func(change func(*epp.DSData)) *epp.SecDNSData {
		d := ds(9)
		change(&d)
		return add(d)
	}
	small, withKey := ds(1), ds(3)
	small.Digest = strings.ToLower(small.Digest)
	k := key("AQID")
	withKey.Key = &k
	zsk := k
	zsk.Flags = 256
	var many []epp.DSData
	for i := range 13 {
		many = append(many, ds(100+i))
	}
	for i, tt := range []struct {
		code int
		u    epp.SecDNSUpdate
	}{
		{epp.CodeMissingParameter, epp.SecDNSUpdate{}},
		{epp.CodeUnimplementedOption, epp.SecDNSUpdate{Urgent: true, Add: add(ds(2))}},
		{epp.CodePolicy, epp.SecDNSUpdate{Add: add(small)}},
		{epp.CodePolicy, epp.SecDNSUpdate{Add: bad(func(d *epp.DSData) { d.Alg = 123 })}},
		{epp.CodePolicy, epp.SecDNSUpdate{Add: bad(func(d *epp.DSData) { d.DigestType = 255 })}},
		{epp.CodePolicy, epp.SecDNSUpdate{Add: bad(func(d *epp.DSData) { d.Digest = "AB" })}},
		{epp.CodePolicy, epp.SecDNSUpdate{Add: bad(func(d *epp.DSData) { d.Key = &zsk })}},
		{epp.CodePolicy, epp.SecDNSUpdate{Add: &epp.SecDNSData{Keys: []epp.KeyData{k}}}},
		{epp.CodePolicy, epp.SecDNSUpdate{Add: add(many...)}},
		{epp.CodePolicy, epp.SecDNSUpdate{Rem: &epp.SecDNSRemove{DS: add(ds(2)).DS}}},
		{epp.CodeOK, epp.SecDNSUpdate{Rem: &epp.SecDNSRemove{DS: add(small).DS}, Add: add(ds(2), withKey), Chg: &epp.SecDNSChange{MaxSigLife: 7200}}},
	} {
		if r := c.do(up(tt.u)); r.Code() != tt.code {
			t.Errorf("step %d: got %d, want %d: %+v", i, r.Code(), tt.code, r.Results)
		}
	}
	r := c.want(epp.CodeOK, infoDomain("signed.com"))
	if diff := cmp.Diff(&epp.SecDNSData{MaxSigLife: 7200, DS: []epp.DSData{ds(2), withKey}}, r.Ext.SecDNS); diff != "" {
		t.Error(diff)
	}
	if r := w.login("reg-b").want(epp.CodeOK, infoDomain("signed.com")); r.Ext.SecDNS != nil {
		t.Error("shown to a session that did not announce it")
	}
	c.want(epp.CodeOK, up(epp.SecDNSUpdate{Rem: epp.RemoveAllDS(), Add: &epp.SecDNSData{Keys: []epp.KeyData{k}}}))
	if r := c.want(epp.CodeOK, infoDomain("signed.com")); !cmp.Equal(r.Ext.SecDNS, &epp.SecDNSData{Keys: []epp.KeyData{k}}) {
		t.Errorf("keys: %+v", r.Ext.SecDNS)
	}
	c.want(epp.CodeOK, up(epp.SecDNSUpdate{Rem: &epp.SecDNSRemove{Keys: []epp.KeyData{k}}}))
	if r := c.want(epp.CodeOK, infoDomain("signed.com")); r.Ext.SecDNS != nil {
		t.Errorf("unsigned: %+v", r.Ext.SecDNS)
	}
}
