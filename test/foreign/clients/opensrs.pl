#!/usr/bin/perl
# Registers and renews a name with Net::OpenSRS and reads it back, by the module's public methods only.
# usage: opensrs.pl live|test USERNAME KEY DOMAIN
use strict;
use warnings;
use Net::OpenSRS;

my ($environment, $user, $key, $domain) = @ARGV;

my $srs = Net::OpenSRS->new();
$srs->environment($environment);
$srs->set_key($key);
$srs->set_manage_auth($user, 'ownerpass1');
$srs->master_domain('');

sub check {
    my ($what, $ok) = @_;
    die "$what failed: " . ($srs->last_response() || 'no answer') . "\n" unless $ok;
    print "$what: " . $srs->last_response() =~ s/\n/ | /gr . "\n";
}

my $free = $srs->is_available($domain);
check('is_available before', defined $free && $free == 1);

check('register_domain', $srs->register_domain($domain, {
    firstname => 'Jane',
    lastname  => 'Doe',
    company   => 'Example & Sons',
    address   => '1 Example Street',
    city      => 'Portland',
    state     => 'OR',
    zip       => '97201',
    country   => 'United States',
    email     => 'jane@alpha.example',
    phone     => '503-555-1212',
}));

my $taken = $srs->is_available($domain);
check('is_available after', defined $taken && $taken == 0);

my $all = $srs->make_request({
    action     => 'get',
    object     => 'domain',
    attributes => { domain => $domain, type => 'all_info' },
});
check('GET all_info', $all && $all->{is_success});
my $owner = $all->{attributes}{contact_set}{owner};
print "owner: $owner->{first_name} $owner->{last_name}, $owner->{org_name}, $owner->{city} $owner->{country} $owner->{phone}\n";
print "expires: $all->{attributes}{expiredate}\n";

my ($cookie, $before) = $srs->get_cookie($domain);
check('get_cookie', $cookie);
print "cookie: " . ($cookie =~ /^[A-Za-z0-9]{16}:\d+:\d+$/ ? 'in form' : $cookie) . " $before\n";
my $mine = $srs->make_request({ action => 'get', object => 'domain', cookie => $cookie, attributes => { type => 'auto_renew_flag' } });
check('GET by cookie', $mine && $mine->{is_success});

check('renew_domain', $srs->renew_domain($domain, 2));
my (undef, $after) = $srs->get_cookie($domain);
print "renewed by two years: " . (substr($after, 0, 4) - substr($before, 0, 4) == 2 && substr($after, 4) eq substr($before, 4) ? 'yes' : 'no') . "\n";

my $list = $srs->get_expiring_domains(1200);
check('get_expiring_domains', ref $list eq 'ARRAY');
print "listed: $_->{name} $_->{expiredate}\n" for grep { $_->{name} eq $domain } @$list;

my $balance = $srs->make_request({ action => 'get_balance', object => 'balance', attributes => {} });
check('GET_BALANCE', $balance && $balance->{is_success});
print "balance: $balance->{attributes}{balance}\n";
