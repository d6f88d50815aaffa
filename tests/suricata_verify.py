#!/usr/bin/env python3
"""Runs the cases of ../shared/data/suricata-verify/cases.tsv through `teiten match` and compares every stated count.

usage: suricata_verify.py FOLDER TEITEN [TEST...]
"""
import csv
import ipaddress
import json
import pathlib
import subprocess
import sys
import tempfile

# Tests whose test.yaml sets stream.inline, which the table does not carry: bytes are judged when they come.
AT_ONCE = ("tcp-fastopen-13", "detect-http-uri/")

# What a condition of a test is called in our lines; those of other logs (flow, http, dns records ...) have no counterpart.
FIELDS = {
    "src_ip": "src", "dest_ip": "dst", "src_port": "sport", "dest_port": "dport", "pcap_cnt": "packet", "proto": "protocol",
    "app_proto": "app_protocol", "direction": "direction", "alert.signature": "msg", "alert.gid": "gid", "alert.rev": "rev",
    "alert.severity": "priority", "payload": "payload",
}


def options_of(case):
    features = case["features"].split(",")
    options = []
    if "midstream" in features:
        options.append("--midstream")
    if "async" in features or case["test"].startswith(AT_ONCE):
        options.append("--at-once")
    return options


def alerts_of(folder, teiten, case):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as variables:
        variables.write(case["vars"])
        variables.flush()
        command = [teiten, "match", "--rules", folder / case["rules"], "--vars", variables.name, *options_of(case),
                   folder / case["pcap"]]
        run = subprocess.run(command, capture_output=True, check=False)
    if run.returncode not in (0, 1):
        raise RuntimeError(f"exit status {run.returncode}: {run.stderr.decode()}")
    return [json.loads(line) for line in run.stdout.splitlines()], run.stderr.decode()


def meets(alert, where):
    for key, value in where.items():
        if key == "not-has-key":
            if alert.get(FIELDS.get(value, value)) is not None:
                return False
        elif key == "stream":
            if alert["stream"] != bool(value):
                return False
        elif key in ("src_ip", "dest_ip"):
            if ipaddress.ip_address(alert[FIELDS[key]]) != ipaddress.ip_address(value):
                return False
        elif key in FIELDS and alert[FIELDS[key]] != value:
            return False
    return True


def problems_of(case, alerts):
    for sid, count in json.loads(case["expect"]).items():
        got = sum(alert["sid"] == int(sid) for alert in alerts)
        if got != count:
            yield f"sid {sid}: {got}, not {count}"
    for check in json.loads(case["detail"]):
        got = sum((check["sid"] is None or alert["sid"] == check["sid"]) and meets(alert, check["where"]) for alert in alerts)
        if got != check["count"]:
            yield f"sid {check['sid']} where {check['where']}: {got}, not {check['count']}"
    if case["total"] != "-" and len(alerts) != int(case["total"]):
        yield f"{len(alerts)} alerts, not {case['total']}"


def main():
    folder, teiten, wanted = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
    csv.field_size_limit(1 << 24)
    with open(folder / "cases.tsv", newline="", encoding="utf-8") as table:
        cases = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))
    cases = [{key.lstrip("#"): value for key, value in case.items()} for case in cases]
    exact = count = 0
    for case in cases:
        if wanted and case["test"] not in wanted:
            continue
        count += 1
        alerts, said = alerts_of(folder, teiten, case)
        problems = list(problems_of(case, alerts))
        exact += not problems
        for problem in problems:
            print(f"{case['test']}: {problem}")
        if problems and wanted:
            print(said)
    print(f"{exact} of {count} cases are exact")
    return 0 if exact == count else 1


if __name__ == "__main__":
    sys.exit(main())
