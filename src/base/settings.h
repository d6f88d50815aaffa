/* teiten.yaml and --set: scalars stand in one table, which makes the struct, the defaults, --help and the manual. */
#pragma once

#include "base/setting.h"

/* Rows as base/setting.h describes them. */
#define SETTINGS(X)                                                                                \
	X(TEXT, timezone, "timezone", "", 0, 0, "IANA time zone of days, months and reports (default: the system's)", \
		"日・月・報告書の時間帯（IANA 名。既定はシステムの設定）")                    \
	X(TEXT, store, "store", "./teiten-data", 0, 0, "a folder, or clickhouse://user@host:8123/database", \
		"データの置き場所（フォルダー、または clickhouse://user@host:8123/database）") \
	X(TEXT, lang, "lang", "", 0, 0, "language of messages and reports: en or ja (default: the environment's)", \
		"表示と報告書の言語（en または ja。既定は環境の設定）")                        \
	X(TEXT, home, "home", "JP", 0, 0, "two-letter code of the country that \"domestic\" means", \
		"「国内」とする国の二文字コード")                                          \
	X(TEXT, title, "report.title", "", 0, 0, "title of reports (default: Internet fixed-point observation)", \
		"報告書の表題（既定は「インターネット定点観測」）")                            \
	X(TEXT, publisher, "report.publisher", "", 0, 0, "who publishes the report", "報告書の発行者") \
	X(COUNT, top_rows, "report.top", 5, 1, 100, "rows of a table by rank", "順位で載せる行数") \
	X(COUNT, rise_rows, "report.rises", 5, 0, 100, "rows of a table by rise", "増加順位で載せる行数") \
	X(COUNT, fall_rows, "report.falls", 5, 0, 100, "rows of a table by fall", "減少順位で載せる行数") \
	X(REAL, word_flat, "wording.flat", 3, 0, 1000, "percent of change below which the report says 横ばい (unchanged)", \
		"この％未満の変化を「横ばい」と書く")                                      \
	X(REAL, word_nearly, "wording.nearly", 5, 0, 1000, "percent below which it says ほぼ横ばい (almost unchanged)", \
		"この％未満の変化を「ほぼ横ばい」と書く")                                  \
	X(REAL, word_slight, "wording.slight", 20, 0, 1000, "percent below which it says やや増加, やや減少 (rose or fell slightly)", \
		"この％未満の変化を「やや増加・やや減少」と書く")                            \
	X(REAL, word_strong, "wording.strong", 100, 0, 100000, "percent from which it says 大幅に増加 (rose sharply)", \
		"この％以上の増加を「大幅に増加」と書く")                                  \
	X(REAL, word_gone, "wording.gone", 90, 0, 100, "percent of fall from which it says ほとんど見られなかった (almost vanished)", \
		"この％以上の減少を「ほとんど見られなかった」と書く")                          \
	X(TEXT, geo_country, "geo.country", "", 0, 0, "country database, MaxMind layout (default: the packaged one)", \
		"国・地域のデータベース（MaxMind 形式。既定は付属のもの）")                    \
	X(TEXT, geo_asn, "geo.asn", "", 0, 0, "AS database, MaxMind layout or folder with the CSV of ranges (default: the packaged one)", \
		"AS のデータベース（MaxMind 形式、または CSV のフォルダー。既定は付属のもの）") \
	X(TEXT, geo_cache, "geo.cache", "", 0, 0, "folder for the tables made from them (default: teiten in the user's cache folder)", \
		"それらから作った表を置くフォルダー（既定は利用者のキャッシュフォルダーの teiten）") \
	X(FLAG, archive, "archive", true, 0, 0, "keep a compressed copy of every capture that was taken in", \
		"取り込んだキャプチャの圧縮コピーを保存する")                                \
	X(TEXT, archive_folder, "archive.folder", "", 0, 0, "where these copies lie (default: archive in the store's folder; with a server: nowhere)", \
		"そのコピーの置き場所（既定は store のフォルダーの archive。サーバーの場合はなし）") \
	X(FLAG, tunnels, "tunnels", false, 0, 0, "look through IP-in-IP, GRE, VXLAN, ERSPAN, Teredo and 6in4", \
		"トンネル（IP-in-IP、GRE、VXLAN、ERSPAN、Teredo、6in4）の中を見る")          \
	X(TEXT, tags, "tags", "", 0, 0, "file with the rules that give tags (default: the packaged one; none: no such file)", \
		"タグを付けるルールのファイル（既定は付属のもの。none は使わない）")             \
	X(TEXT, rules_vars, "signatures.vars", "", 0, 0, "file with addresses and ports that rules name by $ (JSON or YAML)", \
		"ルールが $ で参照するアドレスやポートのファイル（JSON または YAML）")            \
	X(TEXT, rules_classification, "signatures.classification", "", 0, 0, "classification.config of the rules (default: the usual classes)", \
		"ルールの classification.config（既定は一般的な分類）")                    \
	X(TEXT, rules_references, "signatures.references", "", 0, 0, "reference.config of the rules (default: the usual systems)", \
		"ルールの reference.config（既定は一般的な参照先）")                       \
	X(TEXT, rules_categories, "signatures.categories", "", 0, 0, "file that puts rules into other categories (teiten-rules(5))", \
		"ルールの区分を変えるファイル（teiten-rules(5)）")                         \
	X(COUNT, block_rows, "import.block_rows", 1000000, 1000, 1000000, "rows sent to the store at once", \
		"データベースへ一度に送る行数")                                            \
	X(COUNT, payload_mib, "import.payload_mib", 32, 1, 4096, "MiB of distinct payloads kept per block", \
		"一度に送るペイロードの上限（MiB）")                                       \
	X(COUNT, payloads_max, "import.payloads_max", 2000000, 0, 100000000, "distinct payloads of a capture whose bytes are kept (0: all)", \
		"一つのキャプチャから内容を保存するペイロードの種類数（0 は無制限）")          \
	X(COUNT, minute_rows, "import.minute_rows", 4000000, 0, 4000000000, "rows that a minute of a capture makes in full detail (0: no limit)", \
		"キャプチャの 1 分当たり詳細のまま保存する行数（0 は無制限）")                  \
	X(COUNT, minute_detections, "import.minute_detections", 500000, 0, 4000000000, "rows that the detections of a minute of a capture make in full detail (0: no limit)", \
		"キャプチャの 1 分当たり、検知を詳細のまま保存する行数（0 は無制限）")          \
	X(COUNT, memory_mib, "import.memory_mib", 1024, 64, 1048576, "MiB of memory that an import may need", \
		"取り込みが使ってよいメモリー（MiB）")                                     \
	X(COUNT, free_mib, "import.free_mib", 1024, 0, 1073741824, "MiB that must stay free where the store is", \
		"データの置き場所に残しておく空き容量（MiB）")                              \
	X(COUNT, import_threads, "import.threads", 0, 0, 64, "captures taken in at once, as far as import.memory_mib goes (0: one a core, at most 8)", \
		"同時に取り込むキャプチャの数。import.memory_mib の範囲内で（0 はコアごとに一つ、最大 8）") \
	X(COUNT, tally_mib, "import.tally_mib", 512, 16, 65536, "MiB of memory for counting without a store (--no-store)", \
		"保存せずに数えるとき（--no-store）に使うメモリー（MiB）")                    \
	X(TEXT, server_compression, "server.compression", "auto", 0, 0, "on the way to a clickhouse:// server: zstd, none or auto (zstd unless it is on this machine)", \
		"clickhouse:// サーバーとの通信の圧縮：zstd、none、auto（同じマシンにないときだけ zstd）") \
	X(COUNT, server_retry_s, "server.retry_s", 60, 0, 86400, "seconds for which a server that broke off or is overloaded is tried again", \
		"切断したサーバーや過負荷のサーバーに再試行を続ける秒数")                      \
	X(COUNT, server_silence_s, "server.silence_s", 300, 1, 86400, "seconds of silence after which a server counts as gone", \
		"サーバーの応答がないとき、切断とみなすまでの秒数")                            \
	X(COUNT, engine_mib, "engine.memory_mib", 700, 256, 1048576, "MiB of memory that the engine may use", \
		"エンジンが使ってよいメモリー（MiB）")                                     \
	X(COUNT, engine_idle_s, "engine.idle_s", 60, 1, 86400, "seconds without a command after which the engine stops", \
		"コマンドがない状態が続いたときにエンジンを止めるまでの秒数")                  \
	X(TEXT, engine_library, "engine.library", "", 0, 0, "path of libchdb.so (default: the packaged one)", \
		"libchdb.so の場所（既定は付属のもの）")                                 \
	X(TEXT, collect_folder, "collect.folder", "", 0, 0, "where teiten collect keeps what sensors send (default: collect in the store's folder)", \
		"teiten collect が受け取ったものを置くフォルダー（既定は store のフォルダーの collect）") \
	X(COUNT, collect_wait_s, "collect.wait_s", 150, 0, 86400, "seconds that a segment waits for those before and behind it before it goes into the store without them", \
		"セグメントが前後のセグメントを待つ秒数。過ぎると、それなしで取り込む")              \
	X(COUNT, collect_archive_days, "collect.archive_days", 0, 0, 36500, "days that segments of sensors are kept once they are in the store (0: for ever)", \
		"取り込んだセグメントを残す日数（0 は無期限）")                              \
	X(COUNT, collect_archive_gib, "collect.archive_gib", 0, 0, 1048576, "GiB of them that are kept, the newest (0: all)", \
		"取り込んだセグメントを残す量（GiB）。新しいものを残す（0 はすべて）")          \
	X(FLAG, collect_load, "collect.load", true, 0, 0, "teiten collect also takes what it received into the store", \
		"teiten collect が受信したものをデータベースに取り込む")                      \
	X(TEXT, collect_names, "collect.names", "", 0, 0, "host names and addresses by which sensors call the collector, comma between (default: the system's name, localhost)", \
		"センサーが収集側を呼ぶときのホスト名とアドレス。コンマで区切る（既定はシステムの名前と localhost）") \
	X(TEXT, collect_listen, "collect.listen", "[::]:8443", 0, 0, "ADDRESS:PORT for sensors, with TLS; none: only behind nginx", \
		"センサーから TLS で受け付ける アドレス:ポート。none は nginx の後ろだけ")        \
	X(TEXT, collect_proxied, "collect.listen_proxied", "none", 0, 0, "loopback ADDRESS:PORT or path of a socket at which nginx hands sensors on; none", \
		"nginx から引き継ぐループバックの アドレス:ポート、またはソケットのパス。none はなし") \
	X(TEXT, collect_metrics, "collect.listen_metrics", "127.0.0.1:9404", 0, 0, "ADDRESS:PORT, plain HTTP, for supervision; none", \
		"監視用の アドレス:ポート（平文の HTTP）。none はなし")                       \
	X(COUNT, collect_threads, "collect.threads", 4, 1, 64, "segments taken at once; each may need 80 MiB of memory", \
		"同時に受け取るセグメントの数。一つにつき最大 80 MiB のメモリーを使う")          \
	X(COUNT, collect_connections, "collect.connections", 1024, 4, 60000, "connections at once", \
		"同時に受け付ける接続の数")                                                \
	X(COUNT, collect_per_address, "collect.connections_per_address", 32, 1, 60000, "of them from one address", \
		"そのうち一つのアドレスからの接続の数")                                    \
	X(COUNT, collect_daily_mib, "collect.daily_mib", 4096, 1, 1073741824, "MiB that one sensor may send in a day (UTC)", \
		"一つのセンサーが一日（UTC）に送ってよい量（MiB）")                          \
	X(COUNT, collect_free_mib, "collect.free_mib", 1024, 0, 1073741824, "MiB that must stay free where collect.folder is", \
		"collect.folder の場所に残しておく空き容量（MiB）")                         \
	X(COUNT, collect_quarantine_mib, "collect.quarantine_mib", 64, 0, 1048576, "MiB of refused segments that are kept of each sensor; the oldest go first", \
		"受け入れなかったセグメントをセンサーごとに残す量（MiB）。古いものから捨てる")

struct settings {
#define X(type, field, key, default_, min, max, en, ja) SETTING_TYPE_##type field;
	SETTINGS(X)
#undef X
	char *path; /* of the file that was read; NULL when there was none */
};

/* Sets every value to its default. */
int settings_init(struct settings *s, struct err *e) MUST_USE;
void settings_done(struct settings *s);
/* setting_read() of a parsed teiten.yaml, whose path is kept. */
int settings_read(struct settings *s, const struct yaml *document, const char *const known_lists[], struct err *e) MUST_USE;
/* --set key=value */
int settings_set(struct settings *s, const char *assignment, struct err *e) MUST_USE;
/* One line a key for --help and the manual page. */
void settings_help(struct buf *out);
