#!/usr/bin/python3
"""How many instructions a decision takes, on the clusters of workloads.py, held against those that instructions.json records:
instructions.py --program build/release/.../count_instructions [--write]. Called by `make bench-instructions`.

Times depend on the machine and on what else it does; these figures do not, so that a change that makes decisions dearer shows. They
do depend on what the processor can do (AVX2, how memory is set): on another one than they were recorded on they are shown, and nothing
fails."""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import workloads  # noqa: E402

RECORD = os.path.join(HERE, "instructions.json")
# The first pod's decision, and the mean of all others; by how many percent each may grow. The first is rare, and differs by up
# to 15 % from run to run, now and then by a third; the mean of the others by 0.1 %. So what seems to have grown is counted again.
PARTS = {"first": 30, "next": 10}
# Memory is set and copied by loops: valgrind counts each byte of the processor's own instructions for that.
TUNABLES = "glibc.cpu.x86_rep_stosb_threshold=1000000000:glibc.cpu.x86_rep_movsb_threshold=1000000000"


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True, help="count_instructions")
    parser.add_argument("--write", action="store_true", help="record these figures, whatever they are")
    parser.add_argument("--only", action="append", default=[], choices=workloads.NAMES, help="this workload")
    parser.add_argument("--nodes", type=int, action="append", default=[], help="1000 and 5000 by default")
    parser.add_argument("--pods", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    return parser.parse_args()


def count(given, workload, nodes):
    """[the first decision's, the mean of the others']"""
    with tempfile.TemporaryDirectory(prefix="berth-instructions-") as folder:
        file, out = os.path.join(folder, "cluster.json"), os.path.join(folder, "counted")
        workloads.write(file, workload, nodes, given.pods)
        done = subprocess.run(["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={out}", given.program, file],
                              capture_output=True, text=True, env={**os.environ, "LD_BIND_NOW": "1", "GLIBC_TUNABLES": TUNABLES})
        if done.returncode:
            raise RuntimeError(f"{workload}, {nodes} nodes: exit code {done.returncode}: {done.stderr.strip()[-500:]}")
        decisions = int(done.stdout.split()[0])
        first, others = (totals(f"{out}.{dump}") for dump in (1, 2))
        return [first, others // (decisions - 1)]


def processor():
    with open("/proc/cpuinfo") as file:
        return next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), "unknown")


def totals(file):
    with open(file) as dump:
        return int(re.search(r"^(?:totals|summary): (\d+)", dump.read(), re.M).group(1))


def grown(figures, recorded):
    """A line for each figure that grew by more than it may, and for each of which nothing is recorded."""
    for name, now in figures.items():
        if name not in recorded:
            yield f"{name}: nothing is recorded"
            continue
        for (part, limit), one, before in zip(PARTS.items(), now, recorded[name]):
            if one > before * (1 + limit / 100):
                yield f"{name}, {part}: {one:,} instructions, {before:,} are recorded ({(one / before - 1) * 100:+.1f} %)"


def main():
    given = options()
    recorded, recorded_on = {}, "unknown"
    if os.path.exists(RECORD):
        with open(RECORD) as file:
            recorded = json.load(file)
    recorded_on = recorded.pop("processor", "unknown")
    rows = [(workload, nodes) for nodes in given.nodes or [1000, 5000] for workload in given.only or workloads.NAMES]
    with ThreadPoolExecutor(given.jobs) as pool:
        counted = pool.map(lambda row: count(given, *row), rows)
        figures = {}
        for (workload, nodes), now in zip(rows, counted):
            name = f"{workload}, {nodes:,} nodes"
            figures[name] = now
            before = recorded.get(name)
            change = "" if before is None else "  ".join(f"{(one / old - 1) * 100:+6.1f} %" for one, old in zip(now, before))
            print(f"{name:50} {now[0]:>12,} {now[1]:>12,}  {change}", flush=True)
    if given.write:
        with open(RECORD, "w") as file:
            rows = {"processor": processor(), **(recorded if given.only or given.nodes else {}), **figures}
            file.write("{\n" + ",\n".join(f"  {json.dumps(name)}: {json.dumps(now)}" for name, now in rows.items()) + "\n}\n")
        return 0
    if processor() != recorded_on:
        print(f"recorded on another processor ({recorded_on}): shown, not held against it")
        return 0
    if suspects := {line.rpartition(" nodes")[0] + " nodes" for line in grown(figures, recorded)}:
        for workload, nodes in rows:
            name = f"{workload}, {nodes:,} nodes"
            if name in suspects:
                print(f"{name}: counted again", flush=True)
                figures[name] = [min(pair) for pair in zip(figures[name], count(given, workload, nodes))]
    worse = list(grown(figures, recorded))
    for line in worse:
        print("more than before: " + line)
    print(f"{len(figures)} workloads, {len(worse)} figures grew by more than they may")
    if worse:
        print("If that is the price of something: make bench-instructions RENEW=1, and say in the commit what it buys.")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
