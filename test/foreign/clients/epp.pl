#!/usr/bin/perl
# Leads a name through its life at the built-in registry with Net::EPP::Simple, by the module's public methods only; the
# restore is a raw frame through its request.
# usage: epp.pl HOST PORT CA USER1 PASSWORD1 USER2 PASSWORD2 NEW OLD
use strict;
use warnings;
use Net::EPP::Simple;

my ($host, $port, $ca, $user1, $pass1, $user2, $pass2, $new, $old) = @ARGV;

sub session {
    my ($user, $pass) = @_;
    return Net::EPP::Simple->new(host => $host, port => $port, verify => 1, ca_file => $ca, timeout => 20,
        user => $user, pass => $pass, load_config => 0);
}

# told is the outcome of the latest command.
sub told { return ($Net::EPP::Simple::Code // 'none') . ': ' . ($Net::EPP::Simple::Message // '') }

sub must {
    my ($what, $ok) = @_;
    die "$what failed: " . told() . ' ' . ($Net::EPP::Simple::Error // '') . "\n" unless $ok;
    print "$what: " . told() . "\n";
}

sub shown {
    my ($epp, $what, $name) = @_;
    my $info = $epp->domain_info($name) or die "$what: no info: " . told() . "\n";
    print "$what: sponsor $info->{clID}, " . join(' ', sort @{ $info->{status} }) . ', until ' . substr($info->{exDate}, 0, 10) . "\n";
    return $info;
}

my $wrong = session($user1, "not-$pass1");
print 'wrong password: ' . (defined $wrong ? 'logged in' : told()) . "\n";
my $one = session($user1, $pass1);
must('login', $one);
my $two = session($user2, $pass2);
must('login of the other', $two);

print 'contact free: ' . $one->check_contact('NET-EPP-1') . "\n";
must('create_contact', $one->create_contact({
    id         => 'NET-EPP-1',
    postalInfo => { int => { name => 'Jane Doe', org => 'Example & Sons',
        addr => { street => ['1 Example Street'], city => 'Portland', sp => 'OR', pc => '97201', cc => 'US' } } },
    voice      => '+1.5035551212',
    fax        => '',
    email      => 'jane@example.org',
    authInfo   => 'contact-Auth-1',
}));
my $contact = $one->contact_info('NET-EPP-1');
print "contact: $contact->{postalInfo}{int}{name}, $contact->{postalInfo}{int}{org}, $contact->{voice}\n";
must('create_host', $one->create_host({ name => 'ns1.net-epp.example', addrs => [] }));

print 'name free: ' . $one->check_domain($new) . "\n";
must('create_domain', $one->create_domain({
    name       => $new,
    period     => 2,
    ns         => ['ns1.net-epp.example'],
    registrant => 'NET-EPP-1',
    contacts   => { admin => 'NET-EPP-1', tech => 'NET-EPP-1', billing => 'NET-EPP-1' },
    authInfo   => 'domain-Auth-1',
}));
print 'name free: ' . $one->check_domain($new) . "\n";
shown($one, 'created', $new);

shown($one, 'before the transfer', $old);
must('update_domain by the other', $two->update_domain({ name => $old, chg => { authInfo => 'transfer-Auth-1' } }));
print 'wrong authInfo: ' . ($one->domain_transfer_request($old, 'wrong', 1) ? 'taken' : told()) . "\n";
my $trn = $one->domain_transfer_request($old, 'transfer-Auth-1', 1);
must('domain_transfer_request', $trn);
print "transfer: $trn->{trStatus} from $trn->{acID} to $trn->{reID}\n";
must('domain_transfer_approve by the other', $two->domain_transfer_approve($old));
my $mine = shown($one, 'transferred', $old);

must('renew_domain', $one->renew_domain({ name => $old, cur_exp_date => substr($mine->{exDate}, 0, 10), period => 2 }));
shown($one, 'renewed', $old);

must('delete_domain of the new one', $one->delete_domain($new));
print 'name free: ' . $one->check_domain($new) . "\n";
must('delete_domain of the old one', $one->delete_domain($old));
shown($one, 'deleted', $old);

sub raw {
    my ($what, $restore) = @_;
    my $answer = $one->request(<<"XML");
<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<epp xmlns="urn:ietf:params:xml:ns:epp-1.0"><command>
  <update><domain:update xmlns:domain="urn:ietf:params:xml:ns:domain-1.0"><domain:name>$old</domain:name><domain:chg/></domain:update></update>
  <extension><rgp:update xmlns:rgp="urn:ietf:params:xml:ns:rgp-1.0">$restore</rgp:update></extension>
  <clTRID>net-epp-$what</clTRID>
</command></epp>
XML
    my $rgp = join ' ', map { $_->getAttribute('s') } $answer->getElementsByLocalName('rgpStatus');
    print "restore $what: " . $answer->code . ': ' . $answer->msg . ", now $rgp\n";
}
my @now = gmtime;
my $now = sprintf '%04d-%02d-%02dT%02d:%02d:%02dZ', $now[5] + 1900, $now[4] + 1, @now[3, 2, 1, 0];
raw('request', '<rgp:restore op="request"/>');
raw('report', <<"XML");
<rgp:restore op="report"><rgp:report><rgp:preData>as it was</rgp:preData><rgp:postData>as it was</rgp:postData>
<rgp:delTime>$now</rgp:delTime><rgp:resTime>$now</rgp:resTime><rgp:resReason>Registrant error</rgp:resReason>
<rgp:statement>The registrar has not restored the name to assume its rights.</rgp:statement>
<rgp:statement>The information in this report is true.</rgp:statement></rgp:report></rgp:restore>
XML
shown($one, 'restored', $old);
print 'logged ' . ($one->logout && $two->logout ? 'out' : 'in') . "\n";
