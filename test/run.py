#!/usr/bin/env python3
"""Runs what CTest knows of a build folder and sums up: run.py build/dev [-j N] [-R REGEX] [-L LABEL | -LE LABEL]

A doctest binary counts as its test cases, any other test as one. A binary that crashes, is missing, or runs no case counts as
failed. Tests with the label "waits" run one at a time beside the others, since they use little of a processor. The output of what
failed is shown. Those that this build leaves out are told, with the reason. The last line is "N passed, N failed"; the exit code is
0 when nothing failed.
"""

import argparse
import concurrent.futures
import dataclasses
import json
import os
import re
import subprocess
import sys
import time

CASES = re.compile(rb"\[doctest\] test cases:\s*(\d+) \|\s*(\d+) passed \|\s*(\d+) failed")
DEFAULT_LIMIT = 900  # seconds


@dataclasses.dataclass
class Outcome:
    name: str
    passed: int
    failed: int
    seconds: float
    why: str
    output: bytes


def known_tests(folder, options):
    listed = subprocess.run(["ctest", "--test-dir", folder, "--show-only=json-v1"], check=True, stdout=subprocess.PIPE)
    tests = json.loads(listed.stdout)["tests"]
    return [test for test in tests if re.search(options.regex, test["name"])
            and (options.label is None or options.label in labels(test))
            and (options.label_exclude is None or options.label_exclude not in labels(test))]


def labels(test):
    return properties_of(test).get("LABELS", [])


def properties_of(test):
    return {p["name"]: p["value"] for p in test.get("properties", [])}


def left_out(test):
    return properties_of(test).get("DISABLED", False)


def run(test):
    properties = properties_of(test)
    environment = dict(os.environ, **dict(pair.split("=", 1) for pair in properties.get("ENVIRONMENT", [])))
    started = time.monotonic()
    why, output, code = "", b"", None
    try:
        done = subprocess.run(test["command"], cwd=properties.get("WORKING_DIRECTORY"), env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=properties.get("TIMEOUT", DEFAULT_LIMIT))
        output, code = done.stdout, done.returncode
    except KeyError:
        why = "it was not built"
    except OSError as problem:
        why = f"cannot be run: {problem.strerror}"
    except subprocess.TimeoutExpired as problem:
        why, output = f"took longer than {problem.timeout:.0f} s", problem.stdout or b""
    passed, failed = count(test["name"], output, code)
    if code is not None and failed:
        why = f"killed by signal {-code}" if code < 0 else f"exit code {code}"
        if passed + failed == 1 and code == 0:
            why = "ran no test case"
    return Outcome(test["name"], passed, failed, time.monotonic() - started, why, output)


def count(name, output, code):
    if code is None:
        return 0, 1
    if b"[doctest]" not in output:
        return (1, 0) if code == 0 else (0, 1)
    sums = CASES.search(output)
    if not sums or int(sums[1]) == 0:
        return 0, 1
    passed, failed = int(sums[2]), int(sums[3])
    return passed, max(failed, 1) if code != 0 else failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", help="a build folder")
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count())
    parser.add_argument("-R", "--regex", default="", help="only tests whose name matches")
    parser.add_argument("-L", "--label", help="only tests with this label")
    parser.add_argument("-LE", "--label-exclude", help="only tests without this label")
    options = parser.parse_args()

    tests = known_tests(options.folder, options)
    for test in filter(left_out, tests):
        print(f"{test['name']}: {' '.join(label for label in labels(test) if label.startswith('left out'))}", flush=True)
    outcomes = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as busy, concurrent.futures.ThreadPoolExecutor(1) as waiting:
        started = [(waiting if "waits" in labels(test) else busy).submit(run, test)
                   for test in tests if not left_out(test)]
        for future in concurrent.futures.as_completed(started):
            outcome = future.result()
            outcomes.append(outcome)
            if outcome.failed:
                sys.stdout.buffer.write(outcome.output)
            line = f"{outcome.name}: {outcome.passed} passed, {outcome.failed} failed ({outcome.seconds:.1f} s)"
            print(line + (f": {outcome.why}" if outcome.why else ""), flush=True)
    passed = sum(outcome.passed for outcome in outcomes)
    failed = sum(outcome.failed for outcome in outcomes)
    if not passed and not failed:
        print(f"{options.folder}: no test was found")
        failed = 1
    if any(map(left_out, tests)):
        print(f"{sum(map(left_out, tests))} left out")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
