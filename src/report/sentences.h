/* The sentences of a report. See say.h for what the braces mean; tests check that both halves use
 * the same arguments. */
#pragma once

/* X(name, English, Japanese) */
/* clang-format off */
#define SENTENCES(X)                                                                               \
	/* title page */                                                                           \
	X(title, "Internet fixed-point observation: monthly report", "インターネット定点観測 月報") \
	X(subtitle, "({0})", "({0})")                                                               \
	X(bullet_total, "Accesses to the sensors {0} compared with the previous period ({1})",      \
		"センサーに対するアクセスは、前期と比較して{0}({1})")                               \
	X(bullet_service, "Accesses to {0}, the most accessed port, {1} ({2})",                                 \
		"アクセスの最も多い{0}は、前期と比較して{1}({2})")                                   \
	X(bullet_rise, "Accesses to {0} {1} ({2})", "{0}に対するアクセスが{1}({2})")                 \
	X(bullet_alone, "{0} accesses per day and IP address; there is no previous period to compare with", \
		"一日・1IP 当たり {0} 件のアクセスを検知(比較できる前期の観測なし)")                 \
	X(bullet_few_before, "{0} accesses per day and IP address; in the previous period hardly any", \
		"一日・1IP 当たり {0} 件のアクセスを検知(前期はごく僅か)")                           \
	/* 1 overview */                                                                           \
	X(overview, "Overview", "概説")                                                             \
	X(headline, "In this period the sensors received {0} accesses per day and IP address. Compared with the previous " \
		"period, accesses {2}: {1}.",                                                       \
		"今期のセンサーに対するアクセス件数は、一日・1IP 当たり {0} 件で、前期と比較して {1}{2}。") \
	X(headline_alone, "In this period the sensors received {0} accesses per day and IP address. Nothing was observed in " \
		"the previous period, so that there is no comparison.",                             \
		"今期のセンサーに対するアクセス件数は、一日・1IP 当たり {0} 件であった。前期の観測がないため、比較は行っていない。") \
	X(top_services, "The {0} most accessed ports were, in this order: {1}.",                    \
		"アクセス件数の上位 {0} ポートは、{1}の順であった。")                                \
	X(only_service, "All accesses were to {0}.", "アクセスはすべて{0}に対するものであった。")    \
	X(icmp_first, "ICMP {0} (\"{1}\" from here on)", "ICMP {0}(以降、「{1}」と表記する。)")       \
	X(first_service, "The most accessed port, {0}, received {1} accesses per day and IP address; compared with the previous " \
		"period they {3}: {2}.",                                                            \
		"最もアクセス件数が多い{0}は、一日・1IP 当たり {1} 件で、前期と比較して {2}{3}。")    \
	X(first_service_alone, "The most accessed port, {0}, received {1} accesses per day and IP address.", \
		"最もアクセス件数が多い{0}は、一日・1IP 当たり {1} 件であった。")                    \
	X(first_service_country, "In particular, accesses from {0} {2}: {1}.",                      \
		"特に{0}からのアクセスが前期と比較して {1}{2}。")                                    \
	X(domestic, "{0}", "{0}国内")                                                                \
	X(countries_rose, "By country or region of the source, accesses from {0} rose.",            \
		"発信元国・地域別で見ると、{0}からのアクセスが増加した。")                           \
	X(countries_calm, "By country or region of the source, no large rise was seen.",            \
		"発信元国・地域別で見ると、目立った増加は見られなかった。")                          \
	X(rise_backscatter, "Backscatter accounts for {1} of the rise from {0}.",                   \
		"{0}からの増加分のうち、{1}は跳ね返りパケットによるものである。")                    \
	X(rise_all_backscatter, "The rise from {0} is one of backscatter.",                         \
		"{0}からのアクセスの増加は、跳ね返りパケットによるものである。")                     \
	/* 2 plant */                                                                              \
	X(plant, "Observation points and exposure", "観測点と観測量")                               \
	X(plant_sensors, "Sensors: {0}; IP addresses of them: {1}. The exposure, IP addresses times days really " \
		"observed, was {2} IP-days (previous period: {3}).",                                \
		"今期は、{0} 台のセンサー(IP アドレス {1} 個)により観測した。観測量(IP アドレス数に実際に観測した日数を掛けたもの)は {2} IP・日" \
		"(前期は {3} IP・日)である。")                                                      \
	X(plant_inferred, "Sensors whose addresses are not configured but inferred from the captures: {0}.", \
		"このうち {0} 台の IP アドレスは設定によらず、キャプチャから推定したものである。")   \
	X(plant_small, "With {0} IP addresses the numbers of rarely accessed ports and countries are small, and part of their " \
		"change may be chance.",                                                            \
		"観測に用いた IP アドレスは {0} 個であり、件数の少ないポートや国・地域の増減には、偶然によるものが含まれる可能性がある。") \
	X(plant_incomplete, "{0} captures of these periods are not completely imported: the numbers may still grow.", \
		"取り込みの完了していないキャプチャが {0} 個あり、数値は今後増える可能性がある。")    \
	X(table_plant, "Exposure and accesses", "観測量及びアクセスの総数")                          \
	X(row_period, "Period", "期間")                                                             \
	X(row_exposure, "Exposure (IP-days)", "観測量(IP・日)")                                     \
	X(row_packets, "Accesses (packets)", "アクセスの総数(パケット)")                             \
	X(row_sources, "Source addresses", "発信元 IP アドレス数")                                   \
	X(row_rate, "Accesses per day and IP address", "一日・1IP 当たりの件数")                     \
	X(row_dropped, "Packets lost while capturing", "取得時に失われたパケット")                   \
	X(row_lost, "Packets lost on the way", "伝送時に失われたパケット")                           \
	X(head_item, "Item", "項目")                                                                \
	X(head_this, "This period", "今期")                                                         \
	X(head_previous, "Previous period", "前期")                                                 \
	/* 3 accesses */                                                                           \
	X(accesses, "Accesses to the sensors", "センサーに対するアクセス")                           \
	X(by_service, "By destination port", "宛先ポート別")                                        \
	X(by_country, "By country or region of the source", "発信元国・地域別")                      \
	X(summary, "Summary", "概要")                                                               \
	X(course, "Course", "推移")                                                                 \
	X(same_ranks, "The ranks of the first {0} have not changed since the previous period.",     \
		"上位 {0} 位までの順位は、前期から変動がない。")                                    \
	X(same_first, "The first rank has not changed since the previous period.",                  \
		"1 位は、前期と同じである。")                                                      \
	X(top_rise, "The largest rise is that of {0}; compared with the previous period accesses {2}: {1}.",     \
		"増加が最も大きかったのは{0}で、前期と比較して {1}{2}。")                            \
	X(top_fall, "The largest fall is that of {0}; compared with the previous period accesses {2}: {1}.",     \
		"減少が最も大きかったのは{0}で、前期と比較して {1}{2}。")                            \
	X(new_item, "{0}, hardly seen in the previous period, is on rank {1} now.",                 \
		"{0}は、前期にはほとんど検知していなかったが、今期は {1}となった。")                 \
	X(gone_service, "Accesses to {0}, which was on rank {1} in the previous period, have almost vanished.", \
		"前期 {1}の{0}に対するアクセスは、今期はほとんど見られなかった。")                   \
	X(gone_country, "Accesses from {0}, which was on rank {1} in the previous period, have almost vanished.", \
		"前期 {1}の{0}からのアクセスは、今期はほとんど見られなかった。")                     \
	X(service_by_country, "Accesses to {0} {1}.", "{0}に対するアクセスは、{1}となった。")        \
	X(change_from, "{1} from {0}", "{0}からのアクセスは{1}")                                     \
	X(backscatter, "Backscatter was {0} packets per day and IP address, {1} of all accesses; compared with the previous period such " \
		"packets {3}: {2}.",                                                                        \
		"跳ね返りパケットは、一日・1IP 当たり {0} 件でアクセス全体の {1}を占め、前期と比較して {2}{3}。") \
	X(backscatter_alone, "Backscatter was {0} packets per day and IP address, {1} of all accesses.", \
		"跳ね返りパケットは、一日・1IP 当たり {0} 件で、アクセス全体の {1}を占めた。")       \
	X(backscatter_countries, "Most of it came from {0}.", "発信元は、{0}の順に多い。")           \
	X(service_course, "Accesses to {1}, on rank {0} (figure {2}), {4} compared with the previous period: {3}.", \
		"今期 {0}の{1}(図 {2})は、前期と比較して {3}{4}。")                                  \
	X(service_course_alone, "{1} is on rank {0} (figure {2}).", "今期 {0}は{1}(図 {2})である。")  \
	X(service_course_few, "Accesses to {0} (figure {1}) were negligible.",                       \
		"{0}に対するアクセス(図 {1})は、ごく僅かであった。")                                 \
	X(country_course, "Accesses from {0} (figure {1}) {3} compared with the previous period: {2}.", \
		"{0}からのアクセス(図 {1})は、前期と比較して {2}{3}。")                              \
	X(country_course_alone, "Accesses from {0} are shown in figure {1}.",                       \
		"{0}からのアクセスの推移は、図 {1}のとおりである。")                                \
	X(origins, "The sources were most often in {0}.", "発信元は、{0}の順に多い。")               \
	X(targets, "The most accessed ports were {0}.", "宛先ポートは、{0}の順に多い。")             \
	X(name_share, "{0} ({1})", "{0}({1})")                                                       \
	X(peak, "On {0} there were {1} per IP address, {2} times the mean of the period.",          \
		"{0}には 1IP 当たり {1} 件となり、期間の平均の {2} 倍に達した。")                    \
	X(peak_country, "{0} of the accesses of that day came from {1}.",                           \
		"同日のアクセスの {0}は、{1}を発信元とするものである。")                             \
	X(peak_country_one, "{0} of the accesses of that day came from a single IP address in {1}.", \
		"同日のアクセスの {0}は、{1}を発信元とする特定の 1IP アドレスからのものである。")    \
	X(peak_service, "{0} of the accesses of that day were to {1}.",                             \
		"同日のアクセスの {0}は、{1}に対するものである。")                                   \
	X(peak_service_one, "{0} of the accesses of that day were to {1}, from a single IP address.", \
		"同日のアクセスの {0}は、特定の 1IP アドレスからの{1}に対するものである。")          \
	X(peak_backscatter, "{0} of the accesses of that day were backscatter.",                    \
		"同日のアクセスの {0}は、跳ね返りパケットである。")                                  \
	X(peak_backscatter_one, "{0} of the accesses of that day were backscatter from a single IP address.", \
		"同日のアクセスの {0}は、特定の 1IP アドレスからの跳ね返りパケットである。")          \
	X(country_backscatter, "Backscatter makes up {0}.", "このうち、跳ね返りパケットが {0}を占める。") \
	/* tables and figures */                                                                   \
	X(table, "Table", "表")                                                                      \
	X(figure, "Figure", "図")                                                                    \
	X(table_services, "Accesses by destination port", "宛先ポート別検知件数")                    \
	X(table_countries, "Accesses by country or region of the source", "発信元国・地域別検知件数") \
	X(head_rank, "Rank", "今期\n順位")                                                           \
	X(head_previous_rank, "Previous\nrank", "前期\n順位")                                        \
	X(head_service, "Port", "ポート")                                                            \
	X(head_country, "Country or region", "国・地域")                                             \
	X(head_rate, "Accesses", "今期\n件数")                                                       \
	X(head_change, "Change", "前期比")                                                           \
	X(head_rise, "Rise\nrank", "増加\n順位")                                                     \
	X(head_fall, "Fall\nrank", "減少\n順位")                                                     \
	X(note_small_base, "The previous value was small ({0}), so that no percentage is given.",   \
		"前期の検知件数が少なかった({0} 件)ため、前期比率は記載していない。")                \
	X(note_no_base, "Nothing was seen in the previous period, so that no percentage is given.", \
		"前期には検知がなかったため、前期比率は記載していない。")                            \
	X(note_no_previous, "Nothing was observed in the previous period.", "前期の観測がないため、前期比は記載していない。") \
	X(note_rounding, "Rounded to one decimal place; the sum may differ from 100%.",             \
		"当データは、小数点第二位で四捨五入しているため、合計が 100%にならないことがある。") \
	X(note_sources_estimated, "The number of source addresses is estimated (about 1% off).",    \
		"発信元 IP アドレス数は、推定値である(誤差は約 1%)。")                              \
	X(note_without_source, "{0} accesses of a flood are stored without their source, so that source addresses are too few.", \
		"大量のアクセスのうち {0} 件は発信元を省いて保存しているため、発信元 IP アドレス数は実際より少ない。") \
	X(note_packets, "{0} accesses of a flood are stored without what the condition asks for, and may be missing or too many here.", \
		"大量のアクセスのうち {0} 件は条件に用いた項目を省いて保存しているため、ここでは過不足がある可能性がある。") \
	X(note_gap, "Shaded days were not observed.", "網掛けの日は観測していない。")                \
	X(figure_world_services, "Shares of destination ports, world", "世界の宛先ポート比率")       \
	X(figure_home_services, "Shares of destination ports, sources in {0}", "{0}の宛先ポート比率") \
	X(figure_service_country, "Destination ports: shares of countries and regions", "宛先ポートの国・地域別比率") \
	X(figure_port_course, "Accesses to destination port {0}", "宛先ポート {0} に対するアクセスの推移") \
	X(figure_service_course, "Accesses by {0}", "{0} のアクセスの推移")                          \
	X(figure_backscatter, "Backscatter by country or region of the source",                     \
		"発信元国・地域別 跳ね返りパケット件数")                                            \
	X(figure_country, "Shares of countries and regions of the sources", "発信元国・地域別比率")   \
	X(figure_country_service, "Leading countries and regions: shares of destination ports",     \
		"発信元国・地域別上位のポート別比率")                                              \
	X(figure_country_course, "Accesses from {0}", "{0}からのアクセスの推移")                     \
	X(no_accesses, "No accesses", "該当するアクセスはない")                                      \
	X(other_countries, "Others", "その他の国・地域")                                             \
	X(other_services, "Other ports", "その他のポート")                                           \
	X(list_comma, "{0}, {1}", "{0}、{1}")                                                        \
	X(list_and, "{0} and {1}", "{0}及び{1}")                                                     \
	X(unit_rate, "accesses/day/IP", "件/日・IP")                                                 \
	X(rate, "{0}", "{0} 件")                                                                     \
	X(negligible, "negligible", "ごく僅か")                                                      \
	X(rank, "{0}", "{0} 位")                                                                     \
	X(change_prose, "{0} ({1})", "{0} 件 ({1})")                                                  \
	X(change_table, "{0} ({1})", "{0} ({1} 件)")                                                  \
	X(change_plain, "{0}", "{0} 件")                                                             \
	X(head_category, "Category", "攻撃手法")                                                    \
	X(head_detections, "Detections", "今期\n件数")                                               \
	X(unit_detections, "detections/day/IP", "件/日・IP")                                         \
	X(no_detections, "No detections", "該当する検知はない")                                       \
	X(other_categories, "Other categories", "その他の攻撃手法")                                  \
	X(other_signatures, "Other signatures", "その他のシグネチャ")                                \
	/* 4 detections by signatures */                                                           \
	X(detections, "Detection of intrusions by signatures", "シグネチャを用いた不正侵入等の検知")  \
	X(by_category, "By category", "攻撃手法別")                                                  \
	X(detected, "Signatures detected {0} accesses per day and IP address; compared with the previous period detections {2}: {1}.", \
		"今期のシグネチャを用いた不正侵入等の検知件数は、一日・1IP 当たり {0} 件で、前期と比較して {1}{2}。") \
	X(detected_alone, "Signatures detected {0} accesses per day and IP address.",                \
		"今期のシグネチャを用いた不正侵入等の検知件数は、一日・1IP 当たり {0} 件であった。")    \
	X(no_signatures, "No signatures were loaded when the captures of this period were taken in, so there are no detections to report.", \
		"今期のキャプチャの取込みではシグネチャを登録していないため、検知件数はない。") \
	X(detected_nothing, "Signatures detected nothing in this period.", "今期、シグネチャを用いた不正侵入等の検知はなかった。") \
	X(detections_sharp, "Detections of the category {0} rose sharply.", "攻撃手法別では、{0}の検知が大幅に増加した。") \
	X(categories_share, "{0} make up {1} of the detections.", "攻撃手法別では、{0}で、全体の {1}を占める。") \
	X(category_rise, "{0} was detected {1} times per day and IP address; compared with the previous period its detections {3}: {2}.", \
		"{0}の検知件数は一日・1IP 当たり {1} 件であり、前期と比較して {2}{3}。")             \
	X(country_rise, "Detections from {0} were {1} per day and IP address; compared with the previous period they {3}: {2}.", \
		"{0}を発信元とする検知件数は一日・1IP 当たり {1} 件であり、前期と比較して {2}{3}。")   \
	X(rise_one_source, "{0} of these detections come from a single IP address.",                  \
		"このうち {0}は、特定の 1IP アドレスを発信元とするものである。")                      \
	X(without_source, "Without it there were {0} per day and IP address; compared with the previous period these {2}: {1}.", \
		"この特定の IP アドレスを発信元とするものを除いた検知件数は一日・1IP 当たり {0} 件で、前期と比較して {1}{2}。") \
	X(without_source_few, "Without it the number was negligible.",                                \
		"この特定の IP アドレスを発信元とするものを除くと、検知件数はごく僅かであった。")      \
	X(table_categories, "Detections by category", "シグネチャを用いた不正侵入等の攻撃手法別検知件数") \
	X(table_detection_countries, "Detections by country or region of the source",                \
		"シグネチャを用いた不正侵入等の発信元国・地域別検知件数")                            \
	X(figure_categories, "Detections: shares of categories", "シグネチャを用いた不正侵入等の攻撃手法別検知比率") \
	X(figure_category_course, "Detections by category", "シグネチャを用いた不正侵入等の攻撃手法別検知推移") \
	X(figure_category_country, "Categories: shares of countries and regions",                    \
		"シグネチャを用いた不正侵入等の攻撃手法の国・地域別比率")                            \
	X(figure_detection_countries, "Detections: shares of countries and regions of the sources",  \
		"シグネチャを用いた不正侵入等の発信元国・地域別検知比率")                            \
	X(figure_detection_country_course, "Detections by country or region of the source",          \
		"シグネチャを用いた不正侵入等の発信元国・地域別検知推移")                            \
	X(figure_country_signature, "Leading countries and regions: shares of signatures",           \
		"シグネチャを用いた不正侵入等の発信元国・地域別上位のシグネチャ別比率")              \
	X(method_signatures, "{0} signatures were loaded on {1}: {2}. Each signature counts under its category (table 5-1). " \
		"Where sensors do not answer, worms and scans over UDP or ICMP, which need no session, are most of what is detected.", \
		"シグネチャを用いた不正侵入等の検知には、{1}現在、シグネチャ {0} 種類を登録している({2})。検知された各シグネチャは、表 5-1 に示す" \
		"分類に従って集計している。また、応答しないセンサーでは、セッションの確立を必要としない UDP や ICMP を利用する Worm や Scan 系の検知が、" \
		"大きな割合を占める。")                                                             \
	X(method_signature_file, "{0} ({1})", "{0}({1})")                                             \
	X(method_signature_sets, "In this period {0} sets of signatures were in use, one after the other; the above is the last.", \
		"今期は、シグネチャの {0} 組を順に用いており、上記は最後のものである。")               \
	X(method_unjudged, "{0} captures of the two periods were taken in without signatures: their detections are missing, and part of " \
		"the change may come from that.",                                                   \
		"両期間のキャプチャのうち {0} 個はシグネチャなしで取り込まれている。その検知は含まれておらず、増減の一部はこれによる可能性がある。") \
	X(method_signatures_refused, "{0} signatures could not be used.", "利用できなかったシグネチャは、{0} 種類である。") \
	X(method_detections_coarse, "In floods, {0} detections of these periods were stored in less detail, {1} of them without their source.", \
		"大量のアクセスがあった時間帯では、両期間を合わせて {0} 件の検知を詳細を省いて保存しており、うち {1} 件は発信元も省いている。") \
	X(method_detections_unfit, "Detections by signatures are left out: they cannot be narrowed by this report's condition.", \
		"シグネチャを用いた不正侵入等の検知は、この報告書の条件では絞り込めないため、記載していない。") \
	X(table_examples, "Categories and their signatures detected most often",                     \
		"グラフに表示される分類と代表的なシグネチャ")                                      \
	X(head_examples, "Signatures", "代表的なシグネチャ")                                         \
	X(head_class, "Category", "分類")                                                            \
	/* the last: method */                                                                     \
	X(method, "Method", "集計方法")                                                             \
	X(method_access, "An access is an IP packet that arrived at a sensor address. All kinds are counted, also backscatter: " \
		"replies to packets whose source address was forged as a sensor's.",                \
		"センサーの IP アドレスに到着した IP パケットをアクセスとして集計している。発信元を詐称された通信への応答と考えられる「跳ね返りパケット」も含む。") \
	X(method_service, "TCP and UDP are counted by port, written before the slash (135/TCP is port 135 of TCP). ICMP is counted by " \
		"type (8/ICMP is ICMP Echo Request).",                                              \
		"TCP 及び UDP はポートごとに集計し、スラッシュの前にポート番号を付けて表す。(例 135/TCP は TCP の 135 番ポートを表す。)ICMP パケットについては、" \
		"タイプごとに集計し、スラッシュの前にタイプ番号を付けて表す。(例 8/ICMP は ICMP Echo Request を表す。)") \
	X(method_rate, "Numbers are accesses per day and IP address: packets divided by the exposure. Sensors that were out of service " \
		"do not count for that time.",                                                      \
		"件数は、検知したパケット数を観測量で割った、一日・1IP 当たりの値である。センサーを運用していなかった時間は観測量に含めていない。") \
	X(method_change, "Changes and percentages are computed from unrounded values and rounded half up: two decimals in tables, one in " \
		"the text and for percentages. Therefore shares may not sum to 100%.",              \
		"前期比は、四捨五入前の値から求めている。表の件数は小数第二位まで、本文の件数及び比率は小数第一位までを、四捨五入により表す。このため、比率の合計が" \
		" 100%にならないことがある。")                                                      \
	X(method_rank, "Ranks go by accesses per day and IP address, rise and fall ranks by the absolute change. An item that rounds to " \
		"0.00 has the rank \"-\" and is called negligible. Tables hold the first {0} by rank, by rise ({1}) and by fall ({2}); " \
		"\"...\" marks ranks that were left out.",                                          \
		"順位は一日・1IP 当たりの件数により、増加順位及び減少順位は前期との差により定める。四捨五入して 0.00 となる項目は、順位を「-」、件数を「ごく僅か」" \
		"とする。表には、上位 {0} 位、増加順位 {1} 位及び減少順位 {2} 位までを順位の順に載せ、省略した箇所を「...」で表す。") \
	X(method_words, "Words for changes: under {0}% \"unchanged\", under {1}% \"almost unchanged\", under {2}% \"rose (fell) slightly\", under " \
		"{3}% \"rose\", from {3}% \"rose sharply\"; falls under {4}% \"fell\", from {4}% \"almost vanished\".", \
		"増減の表現は、前期比率が {0}%未満を「横ばい」、{1}%未満を「ほぼ横ばい」、{2}%未満を「やや増加」「やや減少」、{3}%未満を「増加」、{3}%以上を「大幅に" \
		"増加」とし、{4}%未満の減少を「減少」、{4}%以上の減少を「ほとんど見られなかった」とする。") \
	X(method_period, "This period is {0}, the previous period {1}. Days and months are those of the time zone {2}.", \
		"今期は {0}、前期は {1}である。日及び月の区切りは、{2} の時間帯による。")            \
	X(method_place, "The country or region and the AS of a source are those at the time of import ({0}).", \
		"発信元の国・地域及び AS は、取り込み時のデータベースによる({0})。")                  \
	X(method_credit, "AS data: DB-IP.com and routeviews.org, through @ip-location-db/asn, CC BY 4.0.", \
		"AS のデータは、DB-IP.com 及び routeviews.org による(@ip-location-db/asn、CC BY 4.0)。")  \
	X(method_coarse, "In floods, {0} accesses of these periods were stored in less detail, {1} of them without their source. Numbers " \
		"of accesses by port, country or region, class and sensor are exact all the same.", \
		"大量のアクセスがあった時間帯では、両期間を合わせて {0} 件を詳細を省いて保存しており、うち {1} 件は発信元も省いている。この場合も、" \
		"ポート別、国・地域別、種別及びセンサー別の件数は正確である。")                      \
	X(method_sketched, "Numbers of source addresses are estimated where an exact count needs too much memory (about 1% off).", \
		"発信元 IP アドレス数は、正確に数えるためのメモリーが足りない場合、推定値である(誤差は約 1%)。") \
	X(method_filter, "Only accesses with this property are counted: {0}", "集計の対象は、次の条件に合うアクセスに限る。 {0}") \
	X(method_filter_secret, "Only part of the accesses is counted; the condition names sensors and is not printed.", \
		"集計の対象は、一部のアクセスに限る。条件がセンサーに関するものであるため、記載しない。") \
	X(method_candidates, "That condition is about single packets, of which one in 65,536 looks so by chance; their sources were not judged.", \
		"この条件は個々のパケットについてのもので、65,536 パケットに一つは偶然に一致する。発信元の判定は行っていない。") \
	X(method_posted, "Sensors sent {0} segments of {1} packets for this period. Lost: {2} packets in their kernels, {3} at their interfaces, " \
		"{4} given up at the posts for want of room ({5} without payload); segments that did not come: {6}, that were refused: {7}.", \
		"今期について、センサーからセグメント {0} 個({1} パケット)を受信した。損失は、カーネルで {2} パケット、インターフェースで {3} パケット、" \
		"センサーの容量不足による破棄が {4} パケット(ほかにペイロードのみの破棄が {5} パケット)、未着のセグメントが {6} 個、受け入れなかったセグメントが {7} 個である。") \
	X(method_erratum, "Correction: the data of these periods has changed since the report of {0} (data version {1}), for example by packets that " \
		"arrived late. Accesses in this period: {2} then, {3} now. This report replaces it.", \
		"訂正: {0} の報告書(データの版 {1})の後に、遅れて届いたパケットなどにより両期間のデータが変わった。今期のアクセス件数は、当時 {2} 件、現在 {3} 件である。" \
		"本報告書は、これに代わるものである。")                                              \
	X(method_version, "Made with teiten {0}, data version {1}.", "teiten {0} により作成した(データの版 {1})。")
/* clang-format on */
