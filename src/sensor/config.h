/* teiten-sensor.yaml: what stands at this post and how it is to work. */
#pragma once

#include "base/options.h"
#include "base/setting.h"
#include "decode/addr.h"
#include "upload/upload.h"

/* Rows as base/setting.h describes them. */
#define SENSOR_SETTINGS(X)                                                                         \
	X(TEXT, name, "name", "", 0, 0, "name of this sensor, as the centre knows it", "センサー名（収集側と同じ名前）") \
	X(TEXT, interface, "interface", "", 0, 0, "network interface that hears the addresses", "観測するネットワークインターフェース") \
	X(TEXT, mode, "mode", "passive", 0, 0, "passive: only listen; reactive: answer TCP as far as the first payload", \
		"passive：受信のみ、reactive：TCP に最初のペイロードまで応答")                \
	X(TEXT, react, "react", "all", 0, 0, "reactive: all answers all, half a secret half of the pairs of address and port, another each day", \
		"reactive：all はすべてに応答、half は毎日変わる秘密の半分（アドレスとポートの組）にだけ応答") \
	X(FLAG, ping, "ping", false, 0, 0, "reactive: answer pings too", "reactive：ping にも応答する") \
	X(COUNT, source_pps, "answers.source", 100, 1, 1000000, "reactive: answers a second to one source", \
		"reactive：一つの発信元への毎秒の応答数")                                \
	X(COUNT, network_pps, "answers.network", 500, 1, 1000000, "reactive: to one network of sources (/24, IPv6: /64)", \
		"reactive：一つの発信元ネットワーク（/24、IPv6 は /64）への毎秒の応答数")      \
	X(COUNT, total_pps, "answers.total", 5000, 1, 1000000, "reactive: in all", "reactive：全体の毎秒の応答数") \
	X(TEXT, lang, "lang", "", 0, 0, "language of messages: en or ja (default: the environment's)", \
		"表示の言語（en または ja。既定は環境の設定）")                                \
	X(TEXT, silence, "silence", "prefix", 0, 0,                                                \
		"how the kernel is kept from answering: prefix (addresses of their own), host (the machine's own address) or off", \
		"カーネルに応答させない方法：prefix（観測専用のアドレス）、host（この機械自身のアドレス）、off") \
	X(TEXT, spool_folder, "spool.folder", "/var/lib/teiten-sensor", 0, 0, "where segments wait to be sent", \
		"送信待ちのセグメントを置くフォルダー")                                      \
	X(COUNT, spool_mib, "spool.mib", 1024, 1, 1073741824, "MiB that they may take; then the oldest payloads and packets are given up", \
		"その上限（MiB）。超えると古いペイロード、次に古いパケットを捨てる")          \
	X(COUNT, spool_free_mib, "spool.free_mib", 256, 0, 1073741824, "MiB that must stay free on that disk", \
		"そのディスクに残しておく空き容量（MiB）")                                  \
	X(COUNT, spool_days, "spool.days", 30, 0, 36500, "days after which packets that were not sent are given up (0: never)", \
		"送信できないパケットを捨てるまでの日数（0 は無期限）")                        \
	X(COUNT, segment_s, "segment.seconds", 60, 1, 3600, "a segment is sealed after so many seconds", \
		"一つのセグメントの長さ（秒）")                                            \
	X(COUNT, segment_kib, "segment.kib", 1024, 256, 8192, "or when it has so many KiB", "一つのセグメントの上限（KiB）") \
	X(COUNT, ring_mib, "ring.mib", 32, 2, 4096, "MiB of memory for packets that wait: 6,000 small ones each", \
		"パケットを待たせるメモリー（MiB。1 MiB 当たり小さなパケット約 6,000 個）")    \
	X(COUNT, ring_fanout, "ring.fanout", 0, 0, 65535, "number that sensors of one interface share to divide its packets (0: none)", \
		"一つのインターフェースのパケットを分け合うセンサーに共通の番号（0 はなし）")  \
	X(TEXT, user, "users.capture", "teiten-sensor", 0, 0, "account of the process that captures, when started as root", \
		"root で起動したとき、キャプチャするプロセスの利用者")                        \
	X(TEXT, upload_user, "users.upload", "teiten-sensor-upload", 0, 0, "account of the process that sends, likewise; of the same group", \
		"同じく、送信するプロセスの利用者（同じグループに属すること）")                \
	X(TEXT, upload_identity, "upload.identity", "/etc/teiten-sensor/identity.pem", 0, 0, "key and certificates that teiten sensor add made for this sensor", \
		"teiten sensor add が作ったこのセンサーの秘密鍵と証明書")                    \
	X(TEXT, upload_proxy, "upload.proxy", "", 0, 0, "http://host:port of a proxy on the way to the collectors (default: none)", \
		"収集サーバーへの途中のプロキシ（http://host:port。既定はなし）")              \
	X(COUNT, upload_heartbeat_s, "upload.heartbeat", 15, 1, 3600, "seconds between two reports of how the sensor is", \
		"センサーの状態を知らせる間隔（秒）")                                        \
	X(COUNT, upload_retry_s, "upload.retry", 300, 1, 3600, "seconds that are waited at most before trying again, when no collector asks for more", \
		"失敗後に再試行するまでの最長の秒数（収集サーバーの指定がないとき）")          \
	X(COUNT, upload_backlog_kib, "upload.backlog_kib", 1024, 0, 1073741824, "KiB a second for what waits longer than five minutes (0: no limit)", \
		"5 分より前から待っているセグメントの送信速度（KiB/秒。0 は無制限）")          \
	X(COUNT, upload_rejected_mib, "upload.rejected_mib", 64, 0, 1073741824, "MiB of refused segments that are kept", \
		"拒否されたセグメントを残しておく上限（MiB）")                              \
	X(FLAG, upload_apart, "upload.apart", false, 0, 0, "run does not send: teiten-sensor upload does, as a service of its own", \
		"run は送信せず、別のサービス（teiten-sensor upload）が送信する")

struct sensor_settings {
#define X(type, field, key, default_, min, max, en, ja) SETTING_TYPE_##type field;
	SENSOR_SETTINGS(X)
#undef X
};

/* What the kernel still gets with silence: host. Zeros and an empty prefix (bits 0): any. */
struct sensor_accept {
	struct prefix from; /* bits 0: from anywhere */
	uint8_t protocol;   /* TCP, UDP, ICMP or ICMPv6 */
	uint16_t port;	    /* of ours: what we serve */
	uint16_t from_port; /* of theirs: answers to what we ask */
};

enum { SENSOR_ADDRESSES_MAX = 512, SENSOR_ACCEPTS_MAX = 64 };

struct sensor_config {
	struct sensor_settings settings;
	struct prefix addresses[SENSOR_ADDRESSES_MAX];
	size_t address_count;
	struct sensor_accept accepts[SENSOR_ACCEPTS_MAX];
	size_t accept_count;
	char *collectors[UPLOAD_COLLECTORS_MAX]; /* "https://host:8443" */
	size_t collector_count;
};

bool sensor_is_reactive(const struct sensor_config *c);
/* As a process of run. */
bool sensor_uploads(const struct sensor_config *c);
/* From --config, TEITEN_SENSOR_CONFIG, ./teiten-sensor.yaml or /etc/teiten/teiten-sensor.yaml, then --set. Without name,
 * interface and addresses it is refused. *ret is zeroed before. */
int sensor_config_read(struct sensor_config *ret, const struct options *options, struct err *e) MUST_USE;
void sensor_config_done(struct sensor_config *c);
void sensor_settings_help(struct buf *out);
