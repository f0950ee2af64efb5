#!/usr/bin/env python3
"""Random clusters, judged by kube-scheduler's own code and by berth: see docs/parity.md.

    parity.py --oracle PROGRAM --judge PROGRAM [-n 1000] [--seed 1] [--only spread,volumes] [--jobs 2]

The last line is "N clusters, D differ". A difference is shrunk to the smallest cluster that shows it and written to a
file, which is named; exit code 1.
"""

import argparse
import collections
import gzip
import json
import multiprocessing
import os
import sys
import time
from pathlib import Path

from generator.cluster import FEATURES, cluster
from pair import Pair
from shrink import Shrinker, family

pair = None
options = None
ASKED_AGAIN = 50


def say(*words):
    print(*words, file=sys.stderr, flush=True)


def begin(given):
    global pair, options
    os.nice(5)
    options = given
    pair = Pair(given.oracle, given.judge)


def question_of(seed):
    return cluster(seed, options.only, options.largest)


def compare(seed):
    """kube-scheduler leaves some choices to the order of a map: what it does not say each time it is asked is no difference."""
    question = question_of(seed)
    compared = pair.compare(question)
    for _ in range(ASKED_AGAIN):
        if not compared or not compared["differences"]:
            break
        compared = pair.compare(question)
    return seed, compared


def examine(given):
    """Goes through the seeds; returns {family: [(seed, difference), ...]} and the sums."""
    found, sums, skipped = collections.defaultdict(list), collections.Counter(), collections.Counter()
    started, shown = time.monotonic(), 0
    with multiprocessing.get_context("fork").Pool(given.jobs, begin, (given,)) as pool:
        for seed, compared in pool.imap_unordered(compare, range(given.seed, given.seed + given.count), chunksize=4):
            sums["clusters"] += 1
            if compared is None:
                skipped["a question that kube-scheduler refuses"] += 1
                continue
            for difference in compared["differences"]:
                if family(difference) not in found:
                    say(f"parity: seed {seed}:{difference[:300]}")
                if not any(known[0] == seed for known in found[family(difference)]):
                    found[family(difference)].append((seed, difference))
            sums["differ"] += bool(compared["differences"])
            skipped.update(compared["skipped"])
            sums.update({name: compared[name] for name in ("pods", "nodes", "scores", "messages", "bests", "nominations", "victims", "wakes")})
            if time.monotonic() - started > shown + 5:
                shown = time.monotonic() - started
                say(f"parity: {sums['clusters']} of {given.count} clusters, {sums['differ']} differ, {shown:.0f} s")
    return found, sums, skipped


def shrink(given, seed, difference):
    """Writes the smallest cluster that shows the difference; returns the file."""
    small = Shrinker(pair, question_of(seed), difference, given.shrink_seconds).run()
    compared = pair.compare(small)
    document = {"seed": seed, "differences": compared["differences"], **small, **pair.verdicts(small)}
    given.out.mkdir(parents=True, exist_ok=True)
    words = "-".join(family(difference).split())[:80]
    file = given.out / f"{words}-{seed}.json"
    file.write_text(json.dumps(document, indent=1) + "\n")
    return file, compared["differences"][0] if compared["differences"] else difference


def report(given, found):
    begin(given)
    ordered = sorted(found.items(), key=lambda item: -len(item[1]))
    for number, (name, all_of_it) in enumerate(ordered):
        seed, difference = all_of_it[0]
        print(f"\n{len(all_of_it)} clusters: {name}\n  seed {seed}:{difference[:1000]}")
        if number < given.shrink:
            file, smallest = shrink(given, seed, difference)
            print(f"  smallest: {smallest[:1000].strip()}\n  {file}")


def check(given, files):
    """Whether the oracle says of recordings what they say."""
    begin(given)
    failed = 0
    for file in files:
        recorded = json.loads(gzip.open(file).read())
        answer = pair.verdicts({member: recorded.get(member) for member in ("config", "cluster", "events")})
        said = answer.get("verdicts", [])
        wrong = [] if len(said) == len(recorded["verdicts"]) else [answer.get("error", f"{len(said)} verdicts")]
        for ours, theirs in zip(said, recorded["verdicts"]):
            ours, theirs = dict(ours), dict(theirs)
            if "victims" not in theirs:
                ours.pop("victims", None)
            for one in (*ours["nodes"], *theirs["nodes"]):
                one.get("reasons", []).sort()
            if ours != theirs:
                wrong.append(f"{theirs['pod']}: {explained(theirs, ours)}")
        failed += bool(wrong)
        for line in wrong[:3]:
            print(f"{Path(file).name} {line}")
    print(f"{len(files)} recordings, {failed} differ from the oracle")
    return failed


def explained(theirs, ours):
    for member in (theirs.keys() | ours.keys()) - {"nodes"}:
        if theirs.get(member) != ours.get(member):
            return f"{member}: {theirs.get(member)} / {ours.get(member)}"
    return next((f"{a} / {b}" for a, b in zip(theirs["nodes"], ours["nodes"]) if a != b), "nodes")


def one(given, file):
    """Asks about one file: a shrunk difference, or any {"config", "cluster"}."""
    begin(given)
    text = gzip.open(file).read() if str(file).endswith(".gz") else Path(file).read_bytes()
    document = json.loads(text)
    question = {"config": document.get("config"), "cluster": document["cluster"], "events": document.get("events")}
    print(json.dumps(pair.verdicts(question), indent=1))
    compared = pair.compare(question)
    for difference in compared["differences"]:
        print(difference)
    return len(compared["differences"])


def record(given):
    """Writes the clusters as recordings, for `make test`."""
    begin(given)
    given.out.mkdir(parents=True, exist_ok=True)
    for seed in range(given.seed, given.seed + given.count):
        question = question_of(seed)
        answer = pair.verdicts(question)
        if "error" in answer or not answer:
            continue
        text = json.dumps({**question, **answer}, separators=(",", ":"))
        with open(given.out / f"{given.prefix}{seed}.json.gz", "wb") as raw:
            with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as packed:
                packed.write(text.encode())


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--oracle", type=Path, required=True)
    parser.add_argument("--judge", type=Path, required=True)
    parser.add_argument("-n", "--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1, help="the first seed; the others follow it")
    parser.add_argument("--only", default="", help="features that every cluster has: " + ", ".join(FEATURES))
    parser.add_argument("--largest", type=int, default=300, help="nodes at most")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--shrink", type=int, default=5, help="how many kinds of differences are shrunk")
    parser.add_argument("--shrink-seconds", type=int, default=60)
    parser.add_argument("--out", type=Path, default=Path("build/parity"), help="where differences are written")
    parser.add_argument("--check", nargs="*", metavar="RECORDING", help="compare the oracle with recordings instead")
    parser.add_argument("--file", type=Path, help="judge this one cluster instead")
    parser.add_argument("--record", action="store_true", help="write recordings to --out instead")
    parser.add_argument("--prefix", default="")
    given = parser.parse_args()
    given.only = [name for name in given.only.split(",") if name]
    unknown = set(given.only) - set(FEATURES)
    if unknown:
        parser.error(f"unknown features: {', '.join(sorted(unknown))}")
    for program in (given.oracle, given.judge):
        if not os.access(program, os.X_OK):
            parser.error(f"{program} is no program")
    return given


def main():
    given = arguments()
    if given.check is not None:
        return 1 if check(given, given.check) else 0
    if given.file:
        return 1 if one(given, given.file) else 0
    if given.record:
        return record(given)
    found, sums, skipped = examine(given)
    compared = ", ".join(f"{sums[name]} {name}" for name in ("pods", "nodes", "scores", "messages", "bests", "nominations", "victims", "wakes"))
    print(f"compared: {compared}")
    for why, count in sorted(skipped.items()):
        print(f"skipped {count}: {why}")
    report(given, found)
    print(f"\n{sums['clusters']} clusters, {sums['differ']} differ")
    return 1 if sums["differ"] else 0


if __name__ == "__main__":
    sys.exit(main())
