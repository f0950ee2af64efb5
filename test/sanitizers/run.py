#!/usr/bin/env python3
"""What `make test` runs under AddressSanitizer with UndefinedBehaviorSanitizer and under ThreadSanitizer, and clang-tidy over every
source: run.py [-j N] [--only asan tsan tidy] [--write PAGE]

A report counts wherever it is made, in a child of a test too: each process writes its own into build/PRESET/reports. The exit code
is 1 where there is a report, a finding or a failed test, or where something does not build. --write keeps in PAGE the row of each
tool that ran to its end; the other rows stay, with their dates.
"""
import argparse
import dataclasses
import datetime
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE), str(HERE.parent)]

import tidy  # noqa: E402
import written_pages  # noqa: E402

HEAD = "| tool | what ran | passed | failed | left out | reports | on |"
TOOLS = {"asan": "AddressSanitizer, UndefinedBehaviorSanitizer", "tsan": "ThreadSanitizer", "tidy": "clang-tidy"}


@dataclasses.dataclass
class Outcome:
    ran: str  # what; empty where it did not run to its end
    passed: int = 0
    failed: int = 0
    left_out: int = 0
    reports: int = 0

    def is_clean(self):
        return bool(self.ran and self.passed and not self.failed and not self.reports)


def sanitized(preset, jobs):
    folder = ROOT / "build" / preset
    for command in (["cmake", "--preset", preset], ["cmake", "--build", "--preset", preset, "-j", str(jobs)]):
        if subprocess.run(command, cwd=ROOT).returncode:
            return Outcome("")
    reports = folder / "reports"
    shutil.rmtree(reports, ignore_errors=True)
    reports.mkdir()
    run = subprocess.Popen([HERE.parent / "run.py", folder, "-j", str(jobs), "-LE", "long"], cwd=ROOT, env=environment(preset, reports),
                           stdout=subprocess.PIPE, text=True, errors="replace")
    said = []
    for line in run.stdout:
        print(line, end="", flush=True)
        said.append(line)
    run.wait()
    for file in sorted(reports.iterdir()):
        print(f"\n{file.relative_to(ROOT)}:\n{file.read_text(errors='replace')}")
    return summed_up("".join(said), [file.read_text(errors="replace") for file in sorted(reports.iterdir())])


def environment(preset, reports):
    options = f'log_path="{reports}/{preset}"'
    return dict(os.environ, ASAN_OPTIONS=options, UBSAN_OPTIONS=options + ":print_stacktrace=1", TSAN_OPTIONS=options)


def summed_up(said, reports):
    """Of what test/run.py said, and of the files with reports, each of which has one or more."""
    end = re.search(r"^(?:(\d+) left out\n)?(\d+) passed, (\d+) failed\n\Z", said, re.M)
    if not end:
        return Outcome("")
    return Outcome("`make test`", int(end[2]), int(end[3]), int(end[1] or 0), sum(max(1, text.count("SUMMARY: ")) for text in reports))


def tidied(jobs):
    if subprocess.run(["cmake", "--preset", "dev"], cwd=ROOT).returncode:
        return Outcome("")
    listed = subprocess.run(["git", "ls-files", "*.cpp"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    found = tidy.look(ROOT / "build" / "dev", listed.stdout.split(), jobs)
    return Outcome("every source, and the headers that it includes", found.clean, found.found, 0, found.found)


def row(name, outcome, day):
    return (f"| {TOOLS[name]} | {outcome.ran} | {outcome.passed:,} | {outcome.failed:,} | {outcome.left_out:,} | {outcome.reports:,} | "
            f"{day} |")


def table_of(rows):
    """Rows by tool, in the order of TOOLS; a tool that never ran to its end has none."""
    return "\n".join([HEAD, "| --- | --- | ---: | ---: | ---: | ---: | --- |", *(rows[name] for name in TOOLS if name in rows)])


def rows_of(lines):
    names = {tool: name for name, tool in TOOLS.items()}
    return {names[tool]: line for line in lines if (tool := line.split("|")[1].strip()) in names}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--only", nargs="+", choices=list(TOOLS), default=list(TOOLS))
    parser.add_argument("--write", metavar="PAGE", help="keep the rows in this page")
    options = parser.parse_args()
    outcomes = {name: tidied(options.jobs) if name == "tidy" else sanitized(name, options.jobs) for name in options.only}
    day = datetime.date.today().isoformat()
    rows = {name: row(name, outcome, day) for name, outcome in outcomes.items() if outcome.ran}
    print("\n" + table_of(rows))
    if options.write:
        written_pages.replace_table(options.write, table_of({**rows_of(written_pages.table(options.write, HEAD)), **rows}))
    for name, outcome in outcomes.items():
        if not outcome.ran:
            print(f"{TOOLS[name]}: did not run to its end")
    return int(not all(outcome.is_clean() for outcome in outcomes.values()))


if __name__ == "__main__":
    sys.exit(main())
