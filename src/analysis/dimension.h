/* What accesses are counted by. One table: name, type of its values, SQL expression, key to text. */
#pragma once

#include "base/buf.h"
#include "base/text.h"
#include "observe/observe.h"

#include <stdbool.h>

/* X(name, English, Japanese) in the order in which help lists them */
#define DIMENSIONS(X)                                                                              \
	X(service, "destination port or ICMP type", "宛先ポート")                                 \
	X(country, "country or region of the source", "発信元国・地域")                            \
	X(asn, "autonomous system of the source", "発信元 AS")                                     \
	X(source, "source address", "発信元アドレス")                                             \
	X(network, "source network (/24, /64)", "発信元ネットワーク（/24、/64）")                  \
	X(sensor, "sensor", "センサー")                                                           \
	X(class, "scan, backscatter or other", "種別")                                            \
	X(tool, "tool that the header shows", "ツール")                                           \
	X(ttl, "arrival TTL", "到達時の TTL")                                                     \
	X(os, "OS family by start TTL", "TTL から推定した OS")                                    \
	X(sport, "source port", "発信元ポート")                                                   \
	X(payload, "payload (hash)", "ペイロード（ハッシュ）")                                     \
	X(length, "length of the IP packet", "IP パケットの長さ")                                 \
	X(window, "TCP window", "TCP ウィンドウ")                                                 \
	X(hour, "hour of the day", "時刻（時）")                                                        \
	X(tag, "tag: what the access is", "タグ")                                                    \
	X(verdict, "tool that the source uses, by all its SYNs", "発信元のツール（判定）")                    \
	X(group, "group of the source", "発信元グループ")                                                 \
	X(handshake, "whether a handshake came before", "ハンドシェイクの有無")                              \
	X(hops, "hops from the source, by start TTL", "TTL から推定したホップ数")                            \
	X(tcp_opts, "SYN: window_options_mss_scale", "SYN の特徴（window_options_mss_scale）")              \
	X(signature, "signature that detected it (detections only)", "シグネチャ（検知のみ）")       \
	X(category, "category of the signature (detections only)", "攻撃手法（検知のみ）")

enum dimension {
#define X(name, en, ja) DIMENSION_##name,
	DIMENSIONS(X)
#undef X
	DIMENSION_COUNT,
	DIMENSION_NONE = DIMENSION_COUNT /* everything in one key, "all" */
};

const char *dimension_name(enum dimension d);
/* It is one that only detections have. */
bool dimension_is_of_detections(enum dimension d);
/* In the language given. */
const char *dimension_text(enum dimension d, enum lang lang);
/* False when there is none of that name; then *suggestion (may be NULL) is the nearest name. */
bool dimension_parse(const char *name, enum dimension *ret, const char **suggestion);
