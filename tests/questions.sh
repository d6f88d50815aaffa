#!/usr/bin/env bash
# top, trend and cross as people and programs read them: tables in both languages, JSON and CSV.
. "$(dirname "$0")/lib.sh"
here=$(dirname "$0")
run="$teiten --set store=$scratch/store --set engine.idle_s=5"
cat >"$TEITEN_CONFIG" <<-CONFIG
	timezone: Asia/Tokyo
	sensors:
	  - {name: tokyo-1, addresses: [198.51.100.1], since: 2009-06-01}
	  - {name: osaka-1, addresses: [198.51.100.2], since: 2009-06-01}
CONFIG

# packets DATE NUMBER SOURCE DESTINATION PORT: a second apart
packets() {
	local start
	start=$(date -u -d "$1 00:00 9 hours ago" +%s)
	for ((i = 0; i < $2; i++)); do
		echo "$((start + i))000000000 $3 $4 $5"
	done
}
{
	packets 2009-06-30 30 192.0.2.9 198.51.100.1 23
	packets 2009-07-01 62 192.0.2.1 198.51.100.1 445
	packets 2009-07-02 31 192.0.2.2 198.51.100.2 23
	packets 2009-08-01 93 192.0.2.1 198.51.100.1 445
	packets 2009-08-02 31 192.0.2.3 198.51.100.1 445
	packets 2009-08-31 62 192.0.2.2 198.51.100.2 80
} | python3 "$here/make_pcap.py" "$scratch/two.pcap"

refused "a store without accesses" 1 "teiten import" bash -c "$run import - </dev/null 2>&1; $run top service"
$run import "$scratch/two.pcap" >/dev/null || fail "import"

wanted='2009-08 compared with 2009-07; exposure 62.0 IP-days, before 62.0
rank  before  service  per IP-day             change  rise  fall  accesses  sources
   1       1  445/TCP        2.00  + 100.0% (+ 1.00)     2             124        2
   2       -  80/TCP         1.00       - * (+ 1.00)     1              62        1
   -       2  23/TCP         0.00  - 100.0% (- 0.50)           1         0        0
              all            3.00  + 100.0% (+ 1.50)                   186        3
* no percent: the rate before rounds to 0.00'
is "a table" "$wanted" "$($run top service --period 2009-08)"
wanted='2009-08（前期 2009-07）　観測量 62.0 IP・日、前期 62.0
順位  前期  センサー  件/日・IP             前期比  増加  減少  件数  発信元数
   1     1  tokyo-1        4.00  + 100.0% (+ 2.00)     1         124         2
   2     2  osaka-1        2.00  + 100.0% (+ 1.00)     2          62         1
            全体           3.00  + 100.0% (+ 1.50)               186         3'
is "a table in Japanese" "$wanted" "$($teiten --lang ja --set store="$scratch/store" top sensor --period 2009-08)"
is "a filter of one sensor has its exposure" 31 "$($run top service --period 2009-08 --where 'sensor = osaka-1' --format csv | sed -n 2p | cut -d, -f14)"
is "JSON of top" '{"dimension":"service","period":{"from":"2009-08-01T00:00:00+09:00","to":"2009-09-01T00:00:00+09:00"},"versus":{"from":"2009-07-01T00:00:00+09:00","to":"2009-08-01T00:00:00+09:00"},"exposure":62,"versus_exposure":62,"total":{"packets":186,"sources":3,"rate":3,"previous_packets":93,"previous_rate":1.5,"change":1.5,"change_pct":100,"previous_sources":2},"rows":[{"key":"445/TCP","packets":124,"sources":2,"rank":1,"previous_rank":1,"rate":2,"previous_rate":1,"change":1,"change_pct":100,"rise_rank":2,"fall_rank":null,"previous_packets":62,"previous_sources":1}],"keys":3,"incomplete":[]}' \
	"$($run top service --period 2009-08 --limit 1 --format json)"
is "CSV of top" 'key,packets,sources,rank,previous_rank,rate,previous_rate,change,change_pct,rise_rank,fall_rank,previous_packets,previous_sources,exposure,versus_exposure,approximate
445/TCP,124,2,1,1,2,1,1,100,2,,62,1,62,62,
80/TCP,62,1,2,,1,0,1,,1,,0,0,62,62,
23/TCP,0,0,,2,0,0.5,-0.5,-100,,1,31,1,62,62,' "$($run top service --period 2009-08 --format csv)"

wanted='2009-08-01..2009-08-03; exposure 6.0 IP-days
from        all  sources  per IP-day  445/TCP
2009-08-01   93        1       46.50       93
2009-08-02   31        1       15.50       31
2009-08-03    0        0        0.00        0'
is "a trend" "$wanted" "$($run trend service --period 2009-08-01..2009-08-03)"
is "JSON of trend" '{"dimension":"service","interval":"12h","series":[{"key":"445/TCP","points":[{"from":"2009-08-01T00:00:00+09:00","packets":93,"sources":1,"rate":93,"exposure":1},{"from":"2009-08-01T12:00:00+09:00","packets":0,"sources":0,"rate":0,"exposure":1}],"packets":93,"sources":1}]' \
	"$($run trend service --period 2009-08-01 --interval 12h --format json | sed 's/,"total".*//')"
wanted='service,country,packets,sources,row_share,column_share,approximate
445/TCP,ZZ,124,2,1,0.6666666666666666,
445/TCP,,0,,0,,
,ZZ,62,,1,0.3333333333333333,
,,0,,0,,'
is "CSV of cross" "$wanted" "$($run cross service country --period 2009-08 --limit 1 --format csv)"
is "the period without a name" '"2009-08-01T00:00:00+09:00"' "$(TEITEN_NOW=2009-09-10T00:00:00Z $run top service --format json | grep -oE '"2009-08-01[^"]*"' | head -1)"
refused "a sensor that is not there" 1 "tokyo-2" $run top service --where 'sensor = tokyo-2'
refused "two dimensions for top" 2 "too many" $run top service country
refused "an interval that is none" 2 "7m" $run trend --interval 7m
refused "a limit of nothing" 2 "limit" $run top service --limit 0
finish
