#!/usr/bin/env python3
"""Imports each capture into a sensor of its own and compares with the table: file, frames, accesses, services, oddities.
Frames are also compared with the README of the data folder where it states them.
usage: captures.py FOLDER TABLE COMMAND...    (TEITEN_ACCEPT=1 writes the table anew: read the difference before committing)"""
import json
import os
import re
import subprocess
import sys

folder, table, command = sys.argv[1], sys.argv[2], sys.argv[3:]
# The README counts what libpcap-based tools see there; these are known to differ, with the reason.
README_DIFFERS = {
    "PcapPlusPlus__microsecs.pcap": None,
}


def stated_frames():
    stated = {}
    for line in open(os.path.join(folder, "README.md"), encoding="utf-8"):
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) > 5 and cells[4].isdigit():
            repository = cells[1].split("/")[-1]
            name = cells[2].strip("`").split("/")[-1]
            stated[(repository, name)] = int(cells[4])
    return stated


def find_stated(stated, name):
    repository, _, rest = name.partition("__")
    for (wanted, base), frames in stated.items():
        if wanted == repository and rest.endswith(base):
            return frames
    return None


def run(*arguments):
    return subprocess.run([*command, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL)


def look(name):
    sensor = re.sub(r"[^A-Za-z0-9.-]", "-", name)[:60]
    done = run("import", "--sensor", sensor, os.path.join(folder, name))
    if done.returncode:
        return [name, "refused", done.stderr.strip().removeprefix("teiten: ").replace(folder + "/", ""), "", ""]
    line = done.stdout.strip().splitlines()[-1]
    frames, accesses = re.search(r"(\d+) frames, (\d+) accesses", line).groups()
    odds = " ".join(sorted(re.findall(r"\b([a-z]+_[a-z]+ \d+|fragment \d+|land \d+)", line)))
    answer = run("top", "service", "--limit", "all", "--format", "json", "--period", "1970-01-01..2100-01-01",
                 "--where", f"sensor = '{sensor}'")
    rows = json.loads(answer.stdout)["rows"] if answer.returncode == 0 else []
    services = " ".join(sorted(f"{row['key']}={row['packets']}" for row in rows if row["packets"]))
    return [name, frames, accesses, services, odds]


failed = 0
stated = stated_frames()
rows = [look(name) for name in sorted(os.listdir(folder)) if name != "README.md"]
if os.environ.get("TEITEN_ACCEPT"):
    with open(table, "w", encoding="utf-8") as out:
        out.writelines("\t".join(row) + "\n" for row in rows)
expected = {line.split("\t")[0]: line.rstrip("\n").split("\t") for line in open(table, encoding="utf-8")}
for row in rows:
    if expected.get(row[0]) != row:
        failed += 1
        print(f"FAILED: {row[0]}\n  expected {expected.get(row[0])}\n  got      {row}")
    frames = find_stated(stated, row[0])
    if frames is not None and row[1] != "refused" and int(row[1]) != frames and row[0] not in README_DIFFERS:
        failed += 1
        print(f"FAILED: {row[0]}: README states {frames} frames, got {row[1]}")
print(f"{len(rows)} captures, {failed} failed")
sys.exit(1 if failed or not rows else 0)
