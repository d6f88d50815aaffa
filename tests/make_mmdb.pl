#!/usr/bin/env perl
# Makes a small MMDB file for tests: make_mmdb.pl LAYOUT FILE IP_VERSION PREFIX=VALUE...
# LAYOUT is maxmind (country.iso_code), registered (only registered_country.iso_code), flat (country_code), as (VALUE is
# "NUMBER NAME"), city (no country at all) or many (as, with VALUE networks /24 after PREFIX, numbered from 1). Exit status 77: the module is not installed (libmaxmind-db-writer-perl).
use strict;
use warnings;

eval { require MaxMind::DB::Writer::Tree; 1 } or exit 77;

my ($layout, $file, $version, @entries) = @ARGV;
my %types = (
	country => 'map', registered_country => 'map', city => 'map', iso_code => 'utf8_string', name => 'utf8_string',
	country_code => 'utf8_string', autonomous_system_number => 'uint32',
	autonomous_system_organization => 'utf8_string',
);
my %record = (
	maxmind => sub { { country => { iso_code => $_[0] }, registered_country => { iso_code => 'AQ' } } },
	registered => sub { { registered_country => { iso_code => $_[0] } } },
	flat => sub { { country_code => $_[0] } },
	city => sub { { city => { name => $_[0] } } },
	as => sub {
		my ($number, $name) = split / /, $_[0], 2;
		return { autonomous_system_number => $number, defined $name ? (autonomous_system_organization => $name) : () };
	},
);
my $tree = MaxMind::DB::Writer::Tree->new(
	database_type => "Test-$layout", description => { en => 'made by a test' }, ip_version => $version,
	record_size => 24, map_key_type_callback => sub { $types{$_[0]} }, remove_reserved_networks => 0,
	alias_ipv6_to_ipv4 => $version == 6,
);

if ($layout eq 'many') {
	my ($first, $count) = split /=/, $entries[0];
	my ($high) = $first =~ /^(\d+)\./;
	@entries = map { sprintf '%d.%d.%d.0/24=%d name of %d', $high, $_ >> 8, $_ & 255, $_, $_ } 1 .. $count;
	$layout = 'as';
}
for (@entries) {
	my ($prefix, $value) = split /=/, $_, 2;
	$tree->insert_network($prefix, $record{$layout}->($value));
}
open my $out, '>:raw', $file or die "$file: $!\n";
$tree->write_tree($out);
close $out or die "$file: $!\n";
