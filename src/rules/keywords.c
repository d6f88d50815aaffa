/* All keywords beside the buffers, in one table. */
#include "rules/parse.h"

#include <string.h>

/* Name, parse function, its argument, value, and whether a rule with it may still be about addresses only. */
static const struct keyword keywords[] = {
	/* about the rule */
	{"msg", parse_msg, 0, VALUE_NEEDED, true},
	{"sid", parse_sid, 0, VALUE_NEEDED, true},
	{"rev", parse_rev, 0, VALUE_NEEDED, true},
	{"gid", parse_gid, 0, VALUE_NEEDED, true},
	{"classtype", parse_classtype, 0, VALUE_NEEDED, true},
	{"priority", parse_priority, 0, VALUE_NEEDED, true},
	{"reference", parse_reference, 0, VALUE_NEEDED, true},
	{"metadata", parse_metadata, 0, VALUE_NEEDED, true},
	{"target", parse_target, 0, VALUE_NEEDED, true},
	{"noalert", parse_noalert, 0, VALUE_NONE, true},
	{"alert", parse_nothing, 0, VALUE_NONE, true},
	{"requires", parse_requires, 0, VALUE_NEEDED, true},
	{"prefilter", parse_nothing, 0, VALUE_OPTIONAL, true},
	{"threshold", parse_threshold, 0, VALUE_NEEDED, true},
	{"detection_filter", parse_detection_filter, 0, VALUE_NEEDED, true},
	{"tag", parse_nothing, 0, VALUE_NEEDED, true},
	{"logto", parse_nothing, 0, VALUE_NEEDED, true},
	{"service", parse_nothing, 0, VALUE_NEEDED, true},
	/* conversations and state */
	{"flow", parse_flow, 0, VALUE_NEEDED, false},
	{"app-layer-protocol", parse_app_protocol, 0, VALUE_NEEDED, false},
	{"flowbits", parse_flowbits, 0, VALUE_NEEDED, true},
	{"hostbits", parse_hostbits, 0, VALUE_NEEDED, true},
	{"xbits", parse_xbits, 0, VALUE_NEEDED, true},
	/* IP */
	{"ttl", parse_number, FIELD_ttl, VALUE_NEEDED, false},
	{"tos", parse_number, FIELD_tos, VALUE_NEEDED, false},
	{"id", parse_number, FIELD_id, VALUE_NEEDED, false},
	{"ip_proto", parse_ip_proto, 0, VALUE_NEEDED, true},
	{"fragbits", parse_fragbits, 0, VALUE_NEEDED, false},
	{"fragoffset", parse_number, FIELD_fragoffset, VALUE_NEEDED, false},
	{"ipopts", parse_ipopts, 0, VALUE_NEEDED, false},
	{"sameip", parse_plain_test, FIELD_sameip, VALUE_NONE, true},
	/* TCP */
	{"flags", parse_flags, 0, VALUE_NEEDED, false},
	{"tcp.flags", parse_flags, 0, VALUE_NEEDED, false},
	{"seq", parse_number, FIELD_seq, VALUE_NEEDED, false},
	{"tcp.seq", parse_number, FIELD_seq, VALUE_NEEDED, false},
	{"ack", parse_number, FIELD_ack, VALUE_NEEDED, false},
	{"tcp.ack", parse_number, FIELD_ack, VALUE_NEEDED, false},
	{"window", parse_number, FIELD_window, VALUE_NEEDED, false},
	{"tcp.window", parse_number, FIELD_window, VALUE_NEEDED, false},
	{"tcp.mss", parse_number, FIELD_mss, VALUE_NEEDED, false},
	{"tcp.wscale", parse_number, FIELD_wscale, VALUE_NEEDED, false},
	/* ICMP */
	{"itype", parse_number, FIELD_itype, VALUE_NEEDED, false},
	{"icode", parse_number, FIELD_icode, VALUE_NEEDED, false},
	{"icmp_id", parse_icmp_number, FIELD_icmp_id, VALUE_NEEDED, false},
	{"icmp_seq", parse_icmp_number, FIELD_icmp_seq, VALUE_NEEDED, false},
	{"icmpv6.mtu", parse_number, FIELD_mtu, VALUE_NEEDED, false},
	/* ours: what the language cannot say */
	{"tcp.seq_is_dst", parse_plain_test, FIELD_seq_is_dst, VALUE_NONE, false},
	{"ip.id_is_dst_port_seq", parse_plain_test, FIELD_id_is_mix, VALUE_NONE, false},
	{"tcp.seq_minus_ack", parse_number, FIELD_seq_minus_ack, VALUE_NEEDED, false},
	/* payload and buffers */
	{"dsize", parse_number, FIELD_dsize, VALUE_NEEDED, false},
	{"content", parse_content, 0, VALUE_NEEDED, false},
	{"uricontent", parse_uricontent, 0, VALUE_NEEDED, false},
	{"nocase", parse_nocase, 0, VALUE_NONE, false},
	{"rawbytes", parse_rawbytes, 0, VALUE_NONE, false},
	{"offset", parse_place, PLACE_OFFSET, VALUE_NEEDED, false},
	{"depth", parse_place, PLACE_DEPTH, VALUE_NEEDED, false},
	{"distance", parse_place, PLACE_DISTANCE, VALUE_NEEDED, false},
	{"within", parse_place, PLACE_WITHIN, VALUE_NEEDED, false},
	{"startswith", parse_startswith, 0, VALUE_NONE, false},
	{"endswith", parse_endswith, 0, VALUE_NONE, false},
	{"fast_pattern", parse_fast_pattern, 0, VALUE_OPTIONAL, false},
	{"isdataat", parse_isdataat, 0, VALUE_NEEDED, false},
	{"bsize", parse_bsize, 0, VALUE_NEEDED, false},
	{"urilen", parse_urilen, 0, VALUE_NEEDED, false},
	{"absent", parse_absent, 0, VALUE_OPTIONAL, false},
	{"pcre", parse_pcre, 0, VALUE_NEEDED, false},
	{"byte_test", parse_byte_test, 0, VALUE_NEEDED, false},
	{"byte_jump", parse_byte_jump, 0, VALUE_NEEDED, false},
	{"byte_extract", parse_byte_extract, 0, VALUE_NEEDED, false},
	{"byte_math", parse_byte_math, 0, VALUE_NEEDED, false},
	{"base64_decode", parse_base64_decode, 0, VALUE_OPTIONAL, false},
	{"base64_data", parse_base64_data, 0, VALUE_NONE, false},
	{"pkt_data", parse_pkt_data, 0, VALUE_NONE, false},
	/* transforms */
	{"to_lowercase", parse_transform, TRANSFORM_lower, VALUE_NONE, false},
	{"to_uppercase", parse_transform, TRANSFORM_upper, VALUE_NONE, false},
	{"url_decode", parse_transform, TRANSFORM_url_decode, VALUE_NONE, false},
	{"strip_whitespace", parse_transform, TRANSFORM_strip_whitespace, VALUE_NONE, false},
	{"compress_whitespace", parse_transform, TRANSFORM_compress_whitespace, VALUE_NONE, false},
	{"dotprefix", parse_transform, TRANSFORM_dotprefix, VALUE_NONE, false},
	{"strip_pseudo_headers", parse_transform, TRANSFORM_strip_pseudo, VALUE_NONE, false},
	{"header_lowercase", parse_transform, TRANSFORM_header_lower, VALUE_NONE, false},
	{"to_md5", parse_transform, TRANSFORM_md5, VALUE_NONE, false},
	{"to_sha1", parse_transform, TRANSFORM_sha1, VALUE_NONE, false},
	{"to_sha256", parse_transform, TRANSFORM_sha256, VALUE_NONE, false},
	{"xor", parse_xor, 0, VALUE_NEEDED, false},
	{"from_base64", parse_from_base64, 0, VALUE_OPTIONAL, false},
	{"pcrexform", parse_pcrexform, 0, VALUE_NEEDED, false},
	/* application protocols */
	{"dns.opcode", parse_dns_opcode, 0, VALUE_NEEDED, false},
	{"dns.rcode", parse_dns_rcode, 0, VALUE_NEEDED, false},
	{"dns.rrtype", parse_dns_rrtype, 0, VALUE_NEEDED, false},
	{"snmp.version", parse_snmp_version, 0, VALUE_NEEDED, false},
	{"snmp.pdu_type", parse_snmp_pdu_type, 0, VALUE_NEEDED, false},
	{"tls.version", parse_tls_version, 0, VALUE_NEEDED, false},
};

const struct keyword *keyword_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(keywords); i++)
		if (strcmp(name, keywords[i].name) == 0)
			return &keywords[i];
	return NULL;
}

/* ---- keywords that are known and not had ---- */

#define ANSWER   "looks at a server's answer", "サーバーの応答を調べます"
#define FILES    "looks at files or their reassembly", "ファイルを調べます"
#define OTHER    "belongs to an application protocol that is not parsed", "解析していないアプリケーションプロトコルのものです"
#define DATA     "needs data or a script of its own", "別のデータかスクリプトが必要です"
#define STATE    "keeps state between packets", "パケットの間で状態を持ちます"
#define CHECKSUM "is about checksums, which are not judged here", "チェックサムについてのものです（ここでは判定しません）"
#define SUBTYPE  "belongs to an engine that is not here", "ここにない仕組みのものです"

/* Whole names, or beginnings of names that end with a dot or an underscore. */
static const struct {
	const char *name, *en, *ja;
} lacking[] = {
	{"file_data", ANSWER}, {"file.data", ANSWER}, {"file.", FILES}, {"filename", FILES}, {"fileext", FILES},
	{"filemagic", FILES}, {"filemd5", FILES}, {"filesha1", FILES}, {"filesha256", FILES}, {"filesize", FILES},
	{"filestore", FILES}, {"file_type", FILES},
	{"http.stat_", ANSWER}, {"http_stat_", ANSWER}, {"http.response_", ANSWER}, {"http.server", ANSWER},
	{"http.location", ANSWER}, {"http_server_body", ANSWER}, {"http_raw_cookie", "is not had: use http.cookie", "ありません（http.cookie を使ってください）"},
	{"http_encode", SUBTYPE}, {"http_response_line", ANSWER}, {"http.protocol2", OTHER}, {"http2.", OTHER},
	{"tls.cert", ANSWER}, {"tls_cert", ANSWER}, {"tls.subject", ANSWER}, {"tls.issuerdn", ANSWER},
	{"tls.fingerprint", ANSWER}, {"tls.store", ANSWER}, {"tls.certs", ANSWER}, {"tls.random", OTHER},
	{"tls.subjectaltname", ANSWER}, {"ja3s.", ANSWER}, {"ja3_hash_server", ANSWER}, {"ssl_state", OTHER},
	{"ssl_version", OTHER}, {"ssh.hassh", OTHER}, {"ssh.protoversion", OTHER}, {"ssh.softwareversion", OTHER},
	{"ssh_", OTHER}, {"sip.content_", OTHER}, {"dns.response.", ANSWER}, {"dns.", OTHER},
	{"app-layer-event", "is about errors of Suricata's own parsers", "Suricata のパーサーの誤りについてのものです"},
	{"decode-event", "is about errors of Suricata's own decoder", "Suricata のデコーダーの誤りについてのものです"},
	{"stream-event", "is about errors of Suricata's own reassembly", "Suricata の再構成の誤りについてのものです"},
	{"engine-event", "is about errors of Suricata's own engine", "Suricata のエンジンの誤りについてのものです"},
	{"flowint", STATE}, {"flow.", STATE}, {"stream_size", STATE}, {"pktvar", STATE}, {"flowvar", STATE},
	{"hostint", STATE}, {"session", STATE}, {"stream_reassemble", STATE}, {"react", SUBTYPE}, {"resp", SUBTYPE}, {"activates", STATE},
	{"activated_by", STATE}, {"replace", "changes packets", "パケットを書き換えます"},
	{"lua", DATA}, {"luajit", DATA}, {"luaxform", DATA}, {"dataset", DATA}, {"datarep", DATA}, {"iprep", DATA},
	{"geoip", DATA}, {"bypass", SUBTYPE}, {"config", SUBTYPE}, {"frame", SUBTYPE}, {"entropy", SUBTYPE},
	{"nfq_set_mark", SUBTYPE}, {"tos_set", SUBTYPE}, {"l3_proto", SUBTYPE}, {"vlan.", SUBTYPE}, {"ether.", SUBTYPE},
	{"tcpv4-csum", CHECKSUM}, {"tcpv6-csum", CHECKSUM},
	{"udpv4-csum", CHECKSUM}, {"udpv6-csum", CHECKSUM},
	{"icmpv4-csum", CHECKSUM}, {"icmpv6-csum", CHECKSUM},
	{"ipv4-csum", CHECKSUM},
	{"rpc", OTHER}, {"asn1", OTHER}, {"ftpbounce", OTHER}, {"ftpdata_command", OTHER}, {"ftp.", OTHER}, {"smtp.", OTHER},
	{"email.", OTHER}, {"smb.", OTHER}, {"smb_", OTHER}, {"dce_", OTHER}, {"dcerpc.", OTHER}, {"krb5.", OTHER}, {"krb5_", OTHER}, {"ike.", OTHER},
	{"llmnr.", OTHER}, {"ntp.", OTHER}, {"dhcp.", OTHER}, {"dnp3.", OTHER}, {"enip.", OTHER}, {"enip_", OTHER}, {"nfs_", OTHER},
	{"imap.", OTHER}, {"arp.", OTHER}, {"ip.", DATA},
	{"mqtt.", OTHER}, {"rfb.", OTHER}, {"modbus", OTHER}, {"modbus_", OTHER}, {"dnp3", OTHER}, {"dnp3_", OTHER}, 	{"cip_", OTHER}, {"quic.", OTHER}, {"rdp.", OTHER}, {"ldap.", OTHER}, {"mdns.", OTHER}, {"websocket.", OTHER},
	{"sdp.", OTHER}, {"snmp.", OTHER}, {"sip_", OTHER}, {"tls.", OTHER}, {"ssh.", OTHER}, {"sip.", OTHER}, {"http.", OTHER},
	{"bacnet", OTHER}, {"telnet.", OTHER}, {"pgsql.", OTHER}, {"igmp.", OTHER}, {"pop3.", OTHER}, {"s7commplus_", OTHER},
	{"cvs", OTHER}, {"gtp_", OTHER}, {"sd_pattern", DATA}, {"appid", DATA}, {"protected_content", SUBTYPE}, {"hash", SUBTYPE},
	{"soid", SUBTYPE}, {"strip_http", SUBTYPE}, {"gunzip", SUBTYPE}, {"domain", DATA}, {"tld", DATA}, {"zlib_deflate", SUBTYPE}, {"subslice", SUBTYPE},
};

const char *keyword_lacks(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(lacking); i++) {
		size_t len = strlen(lacking[i].name);
		char last = lacking[i].name[len - 1];
		bool begins = last == '.' || last == '_';
		if (strncmp(name, lacking[i].name, len) == 0 && (begins || name[len] == '\0'))
			return TR(lacking[i].en, lacking[i].ja);
	}
	return NULL;
}
