#!/usr/bin/env python3
"""Compares answers with the truth file of `teiten synth`, written without the code that is tested.
  truth.py top TRUTH COMMAND...             every row of `top` for every dimension the truth knows, to full precision
  truth.py report TRUTH REPORT.json LANG    every row and cell of tables 3-1 and 3-2, every value of the figures"""
import json
import subprocess
import sys
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

failed = 0
checked = 0


def check(what, expected, got):
    global failed, checked
    checked += 1
    if expected != got:
        failed += 1
        if failed < 20:
            print(f"FAILED: {what}: expected {repr(expected)[:200]}, got {repr(got)[:200]}")


def close(what, expected, got):
    check(what, True, got is not None and abs(float(expected) - got) <= 1e-12 * max(1, abs(float(expected))))


# of detections
DETECTED = {"category": "detections", "country": "detection_countries"}
EVERY_CATEGORY = 'category in (Worm, Scan, "UDP spam", DoS, DNS, Others)'
DIMENSIONS = {"service": "services", "country": "countries", "class": "classes", "ttl": "ttls", "tool": "tools", "sensor": "sensors"}
PROTOCOLS = {"ICMP": 1, "TCP": 6, "UDP": 17, "GRE": 47, "ICMPv6": 58, "SCTP": 132}


def tie(dimension, key):
    if dimension == "ttl":
        return int(key)
    if dimension != "service":
        return key
    number, _, protocol = key.rpartition("/")
    return (number == "frag", int(number) if number.isdigit() else 0, PROTOCOLS.get(protocol, 255))


def expected_rows(truth, dimension, names=DIMENSIONS):
    """Rows as design.md section 5 defines them, with exact fractions."""
    before, now = truth["periods"]
    name = names[dimension]
    counts = {}
    for which, period in (("previous", before), ("now", now)):
        for row in period[name]:
            counts.setdefault(row["key"], {})[which] = row
    rows = []
    for key, found in counts.items():
        row = {"key": key}
        for which, period, prefix in (("now", now, ""), ("previous", before, "previous_")):
            row[prefix + "packets"] = found.get(which, {}).get("packets", 0)
            row[prefix + "sources"] = found.get(which, {}).get("sources", 0)
            row[prefix + "rate"] = Fraction(row[prefix + "packets"]) / Fraction(period["exposure"])
        row["change"] = row["rate"] - row["previous_rate"]
        rows.append(row)
    rank(rows, dimension, "rank", "rate", lambda row: row["packets"] > 0)
    rank(rows, dimension, "previous_rank", "previous_rate", lambda row: row["previous_packets"] > 0)
    rank(rows, dimension, "rise_rank", "change", lambda row: row["change"] > 0)
    for row in rows:
        row["fall"] = -row["change"]
    rank(rows, dimension, "fall_rank", "fall", lambda row: row["fall"] > 0)
    return rows


def rank(rows, dimension, name, by, taken):
    for row in rows:
        row[name] = None
    ordered = sorted((row for row in rows if taken(row)), key=lambda row: (-row[by], tie(dimension, row["key"])))
    for place, row in enumerate(ordered, 1):
        row[name] = place


def compare_top(truth, command):
    before, now = truth["periods"]
    for dimension in DIMENSIONS:
        if dimension == "sensor":
            continue
        answer = json.loads(subprocess.run([*command, "top", dimension, "--period", now["name"], "--limit", "all", "--format", "json"],
                                           check=True, capture_output=True, text=True).stdout)
        check(f"{dimension}: exposure", (float(now["exposure"]), float(before["exposure"])),
              (answer["exposure"], answer["versus_exposure"]))
        check(f"{dimension}: period", (now["from"], now["to"]), (answer["period"]["from"], answer["period"]["to"]))
        check(f"{dimension}: total", (now["packets"], now["sources"], before["packets"]),
              (answer["total"]["packets"], answer["total"]["sources"], answer["total"]["previous_packets"]))
        check(f"{dimension}: incomplete", [], answer["incomplete"])
        got = {row["key"]: row for row in answer["rows"]}
        rows = expected_rows(truth, dimension)
        check(f"{dimension}: keys", sorted(row["key"] for row in rows), sorted(got))
        for row in rows:
            found = got.get(row["key"], {})
            for name in ("packets", "sources", "rank", "previous_rank", "rise_rank", "fall_rank"):
                check(f"{dimension} {row['key']} {name}", row[name], found.get(name))
            for name in ("rate", "previous_rate", "change"):
                close(f"{dimension} {row['key']} {name}", row[name], found.get(name))
            if row["previous_packets"]:
                close(f"{dimension} {row['key']} change_pct", 100 * row["change"] / row["previous_rate"], found.get("change_pct"))
            else:
                check(f"{dimension} {row['key']} change_pct", None, found.get("change_pct"))


def compare_detections(truth, command):
    now = truth["periods"][1]
    for dimension in DETECTED:
        answer = json.loads(subprocess.run([*command, "top", dimension, "--period", now["name"], "--limit", "all", "--format", "json",
                                            "--where", EVERY_CATEGORY], check=True, capture_output=True, text=True).stdout)
        got = {row["key"]: row for row in answer["rows"]}
        rows = expected_rows(truth, dimension, DETECTED)
        check(f"detections by {dimension}: keys", sorted(row["key"] for row in rows), sorted(got))
        for row in rows:
            for name in ("packets", "previous_packets", "sources", "rise_rank", "fall_rank"):
                check(f"detections by {dimension} {row['key']} {name}", row[name], got.get(row["key"], {}).get(name))


def half_up(value, places):
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def signed(value, places):
    rounded = half_up(value, places)
    return f"{'-' if rounded < 0 else '+'} {abs(rounded)}"


def expected_cells(row, lang):
    unit, place = (" 件", " 位") if lang == "ja" else ("", "")
    printed_now = half_up(row["rate"], 2) > 0
    printed_before = half_up(row["previous_rate"], 2) > 0
    cells = [f"{row['rank']}{place}" if row["rank"] and printed_now else "-",
             f"{row['previous_rank']}{place}" if row["previous_rank"] and printed_before else "-",
             f"{half_up(row['rate'], 2)}{unit}" if printed_now else {"ja": "ごく僅か", "en": "negligible"}[lang]]
    percent = f"{signed(100 * row['change'] / row['previous_rate'], 1)}%" if printed_before else "-"
    cells.append(f"{percent} ({signed(row['change'], 2)}{unit})")
    return cells


def compare_table(truth, table, dimension, lang, names=DIMENSIONS):
    rows = [row for row in expected_rows(truth, dimension, names)]
    chosen = [row for row in rows if (row["rank"] or 99) <= 5 or (row["rise_rank"] or 99) <= 5 or (row["fall_rank"] or 99) <= 5]
    chosen.sort(key=lambda row: (row["rank"] is None or half_up(row["rate"], 2) == 0, row["rank"] or 10**9))
    got = [row for row in table["rows"] if row.get("key")]
    check(f"table {table['number']}: rows", [row["key"] for row in chosen], [row["key"] for row in got])
    for row, found in zip(chosen, got):
        printed = [cell.replace("\u00a0", " ").replace("\u2060", "") for cell in found["cells"]]
        printed = [printed[0], printed[1], printed[3], printed[4]]
        wanted = expected_cells(row, lang)
        # a footnote mark may stand behind the "-"
        printed[3] = printed[3].translate({ord(mark): None for mark in "¹²³⁴⁵⁶⁷⁸⁹"}).replace("-  (", "- (")
        check(f"table {table['number']} {row['key']}", wanted, printed)
        for name in ("packets", "sources", "previous_packets", "rise_rank", "fall_rank"):
            if name != "sources" or names is DIMENSIONS:  # the tables of detections do not count sources
                check(f"table {table['number']} {row['key']} {name}", row[name], found[name])


def compare_figures(truth, report):
    now = truth["periods"][1]
    services = {row["key"]: row["packets"] for row in now["services"]}
    exposure = now["exposure"]
    daily = {row["key"]: row["packets"] for row in now["daily"]}
    figures = {part["number"]: part for part in report["parts"] if part["kind"] == "figure"}
    check("figures", {f"3-{n}" for n in range(1, 17)} | {f"4-{n}" for n in range(1, 7)}, set(figures))
    for key, value in zip(figures["3-1"]["columns"], figures["3-1"]["values"][0]):
        if key in services:
            close(f"figure 3-1 {key}", services[key] / exposure, value)
    close("figure 3-1 sum", now["packets"] / exposure, sum(figures["3-1"]["values"][0]))
    per_day = exposure / len(figures["3-4"]["rows"])
    for place, key in enumerate(sorted(services, key=lambda k: -services[k])[:5], 4):
        for day, values in enumerate(figures[f"3-{place}"]["values"]):
            close(f"figure 3-{place} day {day + 1}", daily[key][day] / per_day, sum(values))


mode, truth_path, *rest = sys.argv[1:]
with open(truth_path, encoding="utf-8") as opened:
    known = json.load(opened)
if mode == "top":
    compare_top(known, rest)
    compare_detections(known, rest)
else:
    with open(rest[0], encoding="utf-8") as opened:
        written = json.load(opened)
    tables = {part["number"]: part for part in written["parts"] if part["kind"] == "table"}
    compare_table(known, tables["3-1"], "service", rest[1])
    compare_table(known, tables["3-2"], "country", rest[1])
    compare_table(known, tables["4-1"], "category", rest[1], DETECTED)
    compare_table(known, tables["4-2"], "country", rest[1], DETECTED)
    compare_figures(known, written)
print(f"{checked} checks, {failed} failed")
sys.exit(1 if failed or not checked else 0)
