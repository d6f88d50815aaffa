"""Whether counting without a store gives what an import followed by `teiten top` gives:
same_top.py WHERE PERIOD|own DIMENSION,... COUNT_COMMAND... -- ASK_COMMAND...
COUNT_COMMAND prints one JSON answer a line for the --top DIMENSIONs that are added to it; ASK_COMMAND is completed by a dimension. The
period of the questions is PERIOD, or the one that the count says (own)."""
import json
import subprocess
import sys

ROW = ("key", "packets", "sources", "rank", "rate")
TOTAL = ("packets", "sources", "rate")


def run(command):
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if not done.stdout:
        sys.exit(f"{command}: {done.stderr}")
    return done.stdout


def part(answer):
    return {
        "dimension": answer["dimension"],
        "exposure": answer["exposure"],
        "keys": answer["keys"],
        "total": {name: answer["total"][name] for name in TOTAL},
        "rows": [{name: row[name] for name in ROW} | {"exposure": row.get("exposure")} for row in answer["rows"] if row["packets"]],
    }


def main():
    where, period, dimensions = sys.argv[1:4]
    at = sys.argv.index("--")
    dimensions = dimensions.split(",")
    more = ["--where", where] if where else []
    counted = run(sys.argv[4:at] + more + [word for d in dimensions for word in ("--top", d)]).splitlines()
    if len(counted) != len(dimensions):
        sys.exit(f"{len(counted)} answers for {len(dimensions)} dimensions")
    for text in counted:
        count = json.loads(text)
        asked = period if period != "own" else f"{count['period']['from']}..{count['period']['to']}"
        top = json.loads(run(sys.argv[at + 1:] + ["top", count["dimension"], "--period", asked, "--versus", "1970-01-01..1970-01-02",
                                                  "--limit", "all", "--format", "json"] + more))
        top["keys"] = sum(1 for row in top["rows"] if row["packets"])
        if part(count) != part(top):
            for name, value in part(count).items():
                if value != part(top)[name]:
                    print(count["dimension"], name, "counted", str(value)[:600], "asked", str(part(top)[name])[:600])
            return 1
        if not count["rows"]:
            print(count["dimension"], "has no rows")
            return 1
    return 0


sys.exit(main())
