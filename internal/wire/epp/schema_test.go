package epp

// What the package takes and writes of the namespaces that no RFC describes, in its own words, as XML Schema: the tests hold
// frames against it as against the RFCs' schemas.
const (
	nsSetSchema = `<schema xmlns="http://www.w3.org/2001/XMLSchema" xmlns:nsset="http://www.nic.cz/xml/epp/nsset-1.2" targetNamespace="http://www.nic.cz/xml/epp/nsset-1.2" elementFormDefault="qualified">
  <simpleType name="idType"><restriction base="token"><minLength value="1"/><maxLength value="63"/></restriction></simpleType>
  <simpleType name="contactType"><restriction base="token"><minLength value="3"/><maxLength value="16"/></restriction></simpleType>
  <simpleType name="authType"><restriction base="normalizedString"><maxLength value="300"/></restriction></simpleType>
  <simpleType name="statusValue"><restriction base="token">
    <enumeration value="ok"/><enumeration value="linked"/><enumeration value="serverDeleteProhibited"/>
    <enumeration value="serverTransferProhibited"/><enumeration value="serverUpdateProhibited"/>
  </restriction></simpleType>
  <complexType name="statusType"><simpleContent><extension base="normalizedString">
    <attribute name="s" type="nsset:statusValue" use="required"/><attribute name="lang" type="language" default="en"/>
  </extension></simpleContent></complexType>
  <complexType name="idsType"><sequence><element name="id" type="nsset:idType" maxOccurs="unbounded"/></sequence></complexType>
  <complexType name="oneType"><sequence><element name="id" type="nsset:idType"/></sequence></complexType>
  <complexType name="askType"><sequence>
    <element name="id" type="nsset:idType"/><element name="authInfo" type="nsset:authType" minOccurs="0"/>
  </sequence></complexType>
  <complexType name="chgType"><sequence><element name="authInfo" type="nsset:authType"/></sequence></complexType>
  <complexType name="creType"><sequence><element name="id" type="nsset:idType"/><element name="crDate" type="dateTime"/></sequence></complexType>
  <complexType name="chkType"><sequence><element name="cd" maxOccurs="unbounded"><complexType><sequence>
    <element name="id"><complexType><simpleContent><extension base="nsset:idType">
      <attribute name="avail" type="boolean" use="required"/>
    </extension></simpleContent></complexType></element>
    <element name="reason" minOccurs="0"><complexType><simpleContent><extension base="token">
      <attribute name="lang" type="language"/>
    </extension></simpleContent></complexType></element>
  </sequence></complexType></element></sequence></complexType>
  <complexType name="itemType"><sequence>
    <element name="name"><simpleType><restriction base="token"><minLength value="1"/><maxLength value="255"/></restriction></simpleType></element>
    <element name="addr" minOccurs="0" maxOccurs="unbounded"><simpleType><restriction base="token"><minLength value="3"/><maxLength value="45"/></restriction></simpleType></element>
  </sequence></complexType>
  <complexType name="addType"><sequence>
    <element name="ns" type="nsset:itemType" minOccurs="0" maxOccurs="unbounded"/>
    <element name="tech" type="nsset:contactType" minOccurs="0" maxOccurs="unbounded"/>
  </sequence></complexType>
  <complexType name="remType"><sequence>
    <element name="name" type="token" minOccurs="0" maxOccurs="unbounded"/>
    <element name="tech" type="nsset:contactType" minOccurs="0" maxOccurs="unbounded"/>
  </sequence></complexType>
  <element name="check" type="nsset:idsType"/>
  <element name="delete" type="nsset:oneType"/>
  <element name="info" type="nsset:askType"/>
  <element name="create"><complexType><sequence>
    <element name="id" type="nsset:idType"/>
    <element name="ns" type="nsset:itemType" maxOccurs="unbounded"/>
    <element name="tech" type="nsset:contactType" minOccurs="0" maxOccurs="unbounded"/>
    <element name="authInfo" type="nsset:authType" minOccurs="0"/>
  </sequence></complexType></element>
  <element name="update"><complexType><sequence>
    <element name="id" type="nsset:idType"/>
    <element name="add" type="nsset:addType" minOccurs="0"/>
    <element name="rem" type="nsset:remType" minOccurs="0"/>
    <element name="chg" type="nsset:chgType" minOccurs="0"/>
  </sequence></complexType></element>
  <element name="chkData" type="nsset:chkType"/>
  <element name="creData" type="nsset:creType"/>
  <element name="infData"><complexType><sequence>
    <element name="id" type="nsset:idType"/><element name="roid" type="token"/>
    <element name="status" type="nsset:statusType" maxOccurs="9"/>
    <element name="clID" type="token"/><element name="crID" type="token" minOccurs="0"/><element name="crDate" type="dateTime"/>
    <element name="upID" type="token" minOccurs="0"/><element name="upDate" type="dateTime" minOccurs="0"/>
    <element name="trDate" type="dateTime" minOccurs="0"/><element name="authInfo" type="nsset:authType" minOccurs="0"/>
    <element name="ns" type="nsset:itemType" maxOccurs="unbounded"/>
    <element name="tech" type="nsset:contactType" minOccurs="0" maxOccurs="unbounded"/>
  </sequence></complexType></element>
</schema>`

	keysetSchema = `<schema xmlns="http://www.w3.org/2001/XMLSchema" xmlns:keyset="http://www.nic.cz/xml/epp/keyset-1.3" targetNamespace="http://www.nic.cz/xml/epp/keyset-1.3" elementFormDefault="qualified">
  <simpleType name="idType"><restriction base="token"><minLength value="1"/><maxLength value="63"/></restriction></simpleType>
  <simpleType name="contactType"><restriction base="token"><minLength value="3"/><maxLength value="16"/></restriction></simpleType>
  <simpleType name="authType"><restriction base="normalizedString"><maxLength value="300"/></restriction></simpleType>
  <simpleType name="statusValue"><restriction base="token">
    <enumeration value="ok"/><enumeration value="linked"/><enumeration value="serverDeleteProhibited"/>
    <enumeration value="serverTransferProhibited"/><enumeration value="serverUpdateProhibited"/>
  </restriction></simpleType>
  <complexType name="statusType"><simpleContent><extension base="normalizedString">
    <attribute name="s" type="keyset:statusValue" use="required"/><attribute name="lang" type="language" default="en"/>
  </extension></simpleContent></complexType>
  <complexType name="idsType"><sequence><element name="id" type="keyset:idType" maxOccurs="unbounded"/></sequence></complexType>
  <complexType name="oneType"><sequence><element name="id" type="keyset:idType"/></sequence></complexType>
  <complexType name="askType"><sequence>
    <element name="id" type="keyset:idType"/><element name="authInfo" type="keyset:authType" minOccurs="0"/>
  </sequence></complexType>
  <complexType name="chgType"><sequence><element name="authInfo" type="keyset:authType"/></sequence></complexType>
  <complexType name="creType"><sequence><element name="id" type="keyset:idType"/><element name="crDate" type="dateTime"/></sequence></complexType>
  <complexType name="chkType"><sequence><element name="cd" maxOccurs="unbounded"><complexType><sequence>
    <element name="id"><complexType><simpleContent><extension base="keyset:idType">
      <attribute name="avail" type="boolean" use="required"/>
    </extension></simpleContent></complexType></element>
    <element name="reason" minOccurs="0"><complexType><simpleContent><extension base="token">
      <attribute name="lang" type="language"/>
    </extension></simpleContent></complexType></element>
  </sequence></complexType></element></sequence></complexType>
  <complexType name="itemType"><sequence>
    <element name="flags" type="unsignedShort"/><element name="protocol" type="unsignedByte"/>
    <element name="alg" type="unsignedByte"/><element name="pubKey" type="base64Binary"/>
  </sequence></complexType>
  <complexType name="addType"><sequence>
    <element name="dnskey" type="keyset:itemType" minOccurs="0" maxOccurs="unbounded"/>
    <element name="tech" type="keyset:contactType" minOccurs="0" maxOccurs="unbounded"/>
  </sequence></complexType>
  <complexType name="remType"><sequence>
    <element name="dnskey" type="keyset:itemType" minOccurs="0" maxOccurs="unbounded"/>
    <element name="tech" type="keyset:contactType" minOccurs="0" maxOccurs="unbounded"/>
  </sequence></complexType>
  <element name="check" type="keyset:idsType"/>
  <element name="delete" type="keyset:oneType"/>
  <element name="info" type="keyset:askType"/>
  <element name="create"><complexType><sequence>
    <element name="id" type="keyset:idType"/>
    <element name="dnskey" type="keyset:itemType" maxOccurs="unbounded"/>
    <element name="tech" type="keyset:contactType" minOccurs="0" maxOccurs="unbounded"/>
    <element name="authInfo" type="keyset:authType" minOccurs="0"/>
  </sequence></complexType></element>
  <element name="update"><complexType><sequence>
    <element name="id" type="keyset:idType"/>
    <element name="add" type="keyset:addType" minOccurs="0"/>
    <element name="rem" type="keyset:remType" minOccurs="0"/>
    <element name="chg" type="keyset:chgType" minOccurs="0"/>
  </sequence></complexType></element>
  <element name="chkData" type="keyset:chkType"/>
  <element name="creData" type="keyset:creType"/>
  <element name="infData"><complexType><sequence>
    <element name="id" type="keyset:idType"/><element name="roid" type="token"/>
    <element name="status" type="keyset:statusType" maxOccurs="9"/>
    <element name="clID" type="token"/><element name="crID" type="token" minOccurs="0"/><element name="crDate" type="dateTime"/>
    <element name="upID" type="token" minOccurs="0"/><element name="upDate" type="dateTime" minOccurs="0"/>
    <element name="trDate" type="dateTime" minOccurs="0"/><element name="authInfo" type="keyset:authType" minOccurs="0"/>
    <element name="dnskey" type="keyset:itemType" maxOccurs="unbounded"/>
    <element name="tech" type="keyset:contactType" minOccurs="0" maxOccurs="unbounded"/>
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
