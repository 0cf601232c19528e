package epp

import "strings"

// What the package takes and writes of the namespaces that no RFC describes, in its own words, as XML Schema: the tests hold
// frames against it as against the RFCs' schemas.
var (
	nsSetSchema = setSchema("nsset", "1.2", "ns", `<element name="name" type="token"`,
		`<element name="name"><simpleType><restriction base="token"><minLength value="1"/><maxLength value="255"/></restriction></simpleType></element>
    <element name="addr" minOccurs="0" maxOccurs="unbounded"><simpleType><restriction base="token"><minLength value="3"/><maxLength value="45"/></restriction></simpleType></element>`)

	keysetSchema = setSchema("keyset", "1.3", "dnskey", `<element name="dnskey" type="keyset:itemType"`,
		`<element name="flags" type="unsignedShort"/><element name="protocol" type="unsignedByte"/>
    <element name="alg" type="unsignedByte"/><element name="pubKey" type="base64Binary"/>`)
)

// setSchema is that of a set of name servers or of keys: what it holds, an item's parts, and by what an item is taken out.
func setSchema(set, version, child, removed, item string) string {
	return strings.NewReplacer("SET", set, "VERSION", version, "CHILD", child, "REMOVED", removed, "ITEM", item).Replace(schemaOfSets)
}

const (
	schemaOfSets = `<schema xmlns="http://www.w3.org/2001/XMLSchema" xmlns:SET="http://www.nic.cz/xml/epp/SET-VERSION" targetNamespace="http://www.nic.cz/xml/epp/SET-VERSION" elementFormDefault="qualified">
  <simpleType name="idType"><restriction base="token"><minLength value="1"/><maxLength value="63"/></restriction></simpleType>
  <simpleType name="contactType"><restriction base="token"><minLength value="3"/><maxLength value="16"/></restriction></simpleType>
  <simpleType name="authType"><restriction base="normalizedString"><maxLength value="300"/></restriction></simpleType>
  <simpleType name="statusValue"><restriction base="token">
    <enumeration value="ok"/><enumeration value="linked"/><enumeration value="serverDeleteProhibited"/>
    <enumeration value="serverTransferProhibited"/><enumeration value="serverUpdateProhibited"/>
  </restriction></simpleType>
  <complexType name="statusType"><simpleContent><extension base="normalizedString">
    <attribute name="s" type="SET:statusValue" use="required"/><attribute name="lang" type="language" default="en"/>
  </extension></simpleContent></complexType>
  <complexType name="idsType"><sequence><element name="id" type="SET:idType" maxOccurs="unbounded"/></sequence></complexType>
  <complexType name="oneType"><sequence><element name="id" type="SET:idType"/></sequence></complexType>
  <complexType name="askType"><sequence>
    <element name="id" type="SET:idType"/><element name="authInfo" type="SET:authType" minOccurs="0"/>
  </sequence></complexType>
  <complexType name="chgType"><sequence><element name="authInfo" type="SET:authType"/></sequence></complexType>
  <complexType name="creType"><sequence><element name="id" type="SET:idType"/><element name="crDate" type="dateTime"/></sequence></complexType>
  <complexType name="chkType"><sequence><element name="cd" maxOccurs="unbounded"><complexType><sequence>
    <element name="id"><complexType><simpleContent><extension base="SET:idType">
      <attribute name="avail" type="boolean" use="required"/>
    </extension></simpleContent></complexType></element>
    <element name="reason" minOccurs="0"><complexType><simpleContent><extension base="token">
      <attribute name="lang" type="language"/>
    </extension></simpleContent></complexType></element>
  </sequence></complexType></element></sequence></complexType>
  <complexType name="itemType"><sequence>
    ITEM
  </sequence></complexType>
  <complexType name="addType"><sequence>
    <element name="CHILD" type="SET:itemType" minOccurs="0" maxOccurs="unbounded"/>
    <element name="tech" type="SET:contactType" minOccurs="0" maxOccurs="unbounded"/>
  </sequence></complexType>
  <complexType name="remType"><sequence>
    REMOVED minOccurs="0" maxOccurs="unbounded"/>
    <element name="tech" type="SET:contactType" minOccurs="0" maxOccurs="unbounded"/>
  </sequence></complexType>
  <element name="check" type="SET:idsType"/>
  <element name="delete" type="SET:oneType"/>
  <element name="info" type="SET:askType"/>
  <element name="create"><complexType><sequence>
    <element name="id" type="SET:idType"/>
    <element name="CHILD" type="SET:itemType" maxOccurs="unbounded"/>
    <element name="tech" type="SET:contactType" minOccurs="0" maxOccurs="unbounded"/>
    <element name="authInfo" type="SET:authType" minOccurs="0"/>
  </sequence></complexType></element>
  <element name="update"><complexType><sequence>
    <element name="id" type="SET:idType"/>
    <element name="add" type="SET:addType" minOccurs="0"/>
    <element name="rem" type="SET:remType" minOccurs="0"/>
    <element name="chg" type="SET:chgType" minOccurs="0"/>
  </sequence></complexType></element>
  <element name="chkData" type="SET:chkType"/>
  <element name="creData" type="SET:creType"/>
  <element name="infData"><complexType><sequence>
    <element name="id" type="SET:idType"/><element name="roid" type="token"/>
    <element name="status" type="SET:statusType" maxOccurs="9"/>
    <element name="clID" type="token"/><element name="crID" type="token" minOccurs="0"/><element name="crDate" type="dateTime"/>
    <element name="upID" type="token" minOccurs="0"/><element name="upDate" type="dateTime" minOccurs="0"/>
    <element name="trDate" type="dateTime" minOccurs="0"/><element name="authInfo" type="SET:authType" minOccurs="0"/>
    <element name="CHILD" type="SET:itemType" maxOccurs="unbounded"/>
    <element name="tech" type="SET:contactType" minOccurs="0" maxOccurs="unbounded"/>
  </sequence></complexType></element>
</schema>`

	setsSchema = `<schema xmlns="http://www.w3.org/2001/XMLSchema" xmlns:sets="urn:polyreg:xml:ns:epp:sets-1.0"
        targetNamespace="urn:polyreg:xml:ns:epp:sets-1.0" elementFormDefault="qualified">
  <simpleType name="idType"><restriction base="token"><minLength value="1"/><maxLength value="63"/></restriction></simpleType>
  <simpleType name="changeType"><restriction base="token"><maxLength value="63"/></restriction></simpleType>
  <complexType name="setsType"><sequence>
    <element name="nsset" type="sets:idType" minOccurs="0"/><element name="keyset" type="sets:idType" minOccurs="0"/>
  </sequence></complexType>
  <element name="create" type="sets:setsType"/>
  <element name="infData" type="sets:setsType"/>
  <element name="update"><complexType><sequence>
    <element name="nsset" type="sets:changeType" minOccurs="0"/><element name="keyset" type="sets:changeType" minOccurs="0"/>
  </sequence></complexType></element>
</schema>`
)
