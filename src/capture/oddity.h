/* What is strange about a frame: one table for bits, names and explanations. Strange packets are data, not errors. */
#pragma once

#include "base/base.h"

/* X(name, English, Japanese) */
#define ODDITIES(X)                                                                                \
	X(frame_truncated, "last record of the file is cut off", "ファイル末尾のレコードが途中で切れている") \
	X(frame_empty, "record of zero bytes", "長さゼロのレコード")                               \
	X(frame_snapped, "frame longer than what was captured", "フレームの一部しか記録されていない") \
	X(time_invalid, "timestamp with a fraction of a second or more", "タイムスタンプの小数部が 1 秒以上") \
	X(time_backwards, "earlier than the frame before it", "前のフレームより時刻が早い")         \
	X(time_range, "time outside 1970 to 2106", "時刻が 1970 年から 2106 年の範囲外")           \
	X(link_unknown, "link type that carries no IP or that we do not know", "IP を運ばない、または未対応のリンク種別") \
	X(link_header, "link header cut off or malformed", "リンクヘッダーの異常")                 \
	X(ip_version, "IP version other than the link says", "IP のバージョンがリンクの表示と違う") \
	X(ip_header, "IP header cut off or with an impossible length", "IP ヘッダーの長さの異常")   \
	X(ip_length, "IP total length zero, below the header or beyond the frame", "IP の全長の異常") \
	X(ip_checksum, "wrong IPv4 header checksum", "IPv4 ヘッダーのチェックサム不一致")           \
	X(ip_option, "malformed IPv4 option or IPv6 extension header", "IPv4 オプションまたは IPv6 拡張ヘッダーの異常") \
	X(ip_martian, "source that cannot be on the Internet", "インターネット上にあり得ない発信元")  \
	X(fragment, "fragment that is impossible (overlong, or later with offset 0 data)", "あり得ない断片") \
	X(tcp_header, "TCP header cut off or with an impossible data offset", "TCP ヘッダーの長さの異常") \
	X(tcp_option, "malformed TCP option", "TCP オプションの異常")                              \
	X(tcp_flags, "impossible combination of TCP flags", "あり得ない TCP フラグの組合せ")        \
	X(udp_length, "UDP length that contradicts IP", "UDP の長さが IP と矛盾")                  \
	X(icmp_header, "ICMP header or quoted packet cut off", "ICMP ヘッダーまたは引用パケットの欠落") \
	X(port_zero, "port 0", "ポート 0")                                                         \
	X(land, "source equals destination", "発信元と宛先が同じ")                                 \
	X(tunnel_depth, "more tunnels in one another than we look through", "トンネルの入れ子が深すぎる")

enum oddity {
#define X(name, en, ja) ODD_##name,
	ODDITIES(X)
#undef X
	ODD_COUNT
};
_Static_assert(ODD_COUNT <= 32, "oddities fit into 32 bits");
#define ODD_BIT(name) (UINT32_C(1) << ODD_##name)

/* "tcp_option" */
const char *oddity_name(enum oddity odd);
/* The explanation, in the language of messages. */
const char *oddity_text(enum oddity odd);
