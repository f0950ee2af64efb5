#!/usr/bin/env python3
"""Runs libFuzzer executables, each so many times, and prints a table:
run.py build/fuzz [--runs N] [--seed N] [--only NAME...] [-j N] [--logged] [--write PAGE]

A target begins with its part of test/fuzz/corpus and with what earlier runs found to be new (build/fuzz/found), which stays
there. A crash, a minute (of the clock, as others may use the machine too) or more than 2 GB for one input ends the target; the
input is kept in build/fuzz/crashes, and is told with the command that replays it. The exit code is 1 where there is one.
"""

import argparse
import concurrent.futures
import dataclasses
import functools
import os
from pathlib import Path
import re
import subprocess
import sys

HERE = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE.parent))

import written_pages  # noqa: E402

LONGEST = 4096  # bytes of an input
HEAD = "| target | executions | edges reached | crashes |"
DICTIONARIES = {"cluster_file": "objects", "command_line": "configuration", "configuration": "configuration",
                "exec_credential": "kubeconfig", "extender": "objects", "extender_answers": "objects", "json": "json",
                "kubeconfig": "kubeconfig", "list_splitter": "objects", "objects": "objects", "request": "http", "response": "http",
                "reviews": "objects", "storage_objects": "objects", "watch_event": "objects", "watch_stream": "objects",
                "yaml": "json", "value_reader": "json"}


@dataclasses.dataclass
class Outcome:
    name: str
    executions: int
    edges: int
    crashes: list
    wrong: str = ""


def logged(folder, name):
    """What the target's last run said."""
    log = folder / "logs" / f"{name}.log"
    text = log.read_text(errors="replace") if log.exists() else ""

    def last(pattern):
        return int((re.findall(pattern, text) or [0])[-1])

    return Outcome(name, last(r"stat::number_of_executed_units: (\d+)") or last(r"(?m)^#(\d+)\s"), last(r"cov: (\d+)"),
                   re.findall(r"Test unit written to (\S+)", text))


@functools.cache
def where_addresses_stay():
    """What to run a command with: libFuzzer's choices depend on addresses. Not every container allows it."""
    command = ["setarch", "--addr-no-randomize"]
    return command if subprocess.run(command + ["true"], stderr=subprocess.DEVNULL).returncode == 0 else []


def run(folder, name, runs, seed):
    found, crashes, log = folder / "found" / name, folder / "crashes", folder / "logs" / f"{name}.log"
    for each in (found, crashes, log.parent):
        each.mkdir(parents=True, exist_ok=True)
    command = [folder / f"fuzz_{name}", f"-runs={runs}", f"-max_len={LONGEST}", "-timeout=60", "-rss_limit_mb=2048",
               "-print_final_stats=1", f"-artifact_prefix={crashes}/{name}-", found, HERE / "corpus" / name]
    if seed:
        command[1:1] = [f"-seed={seed}", "-reload=0"]
    if name in DICTIONARIES:
        command.insert(1, f"-dict={HERE}/dictionaries/{DICTIONARIES[name]}.dict")
    if seed:
        command[:0] = where_addresses_stay()
    environment = dict(os.environ, ASAN_SYMBOLIZER_PATH="/usr/lib/llvm-19/bin/llvm-symbolizer",
                       UBSAN_OPTIONS="print_stacktrace=1")
    with open(log, "wb") as out:
        code = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, env=environment).returncode
    outcome = logged(folder, name)
    if code != 0:
        outcome.wrong = f"exit code {code}, see {log}"
    elif outcome.executions < runs:
        outcome.wrong = f"only {outcome.executions} executions, see {log}"
    return outcome


def table_of(outcomes):
    rows = [HEAD, "| --- | --- | --- | --- |"]
    rows += [f"| {o.name} | {o.executions:,} | {o.edges:,} | {len(o.crashes)} |" for o in outcomes]
    crashes = sum(len(o.crashes) for o in outcomes)
    rows.append(f"| all {len(outcomes)} | {sum(o.executions for o in outcomes):,} | | {crashes} |")
    return "\n".join(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the build folder")
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--runs", type=int, default=50000, help="executions of each target")
    parser.add_argument("--seed", type=int, default=0,
                        help="the inputs of a seed are the same each time, where nothing was found before; 0, the default: others")
    parser.add_argument("--only", nargs="+", default=[], help="these targets alone")
    parser.add_argument("--logged", action="store_true", help="run nothing: what the last run of each said")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the table into PAGE, in place of the one it has")
    options = parser.parse_args()
    folder = options.folder.resolve()
    names = sorted(path.name for path in (HERE / "corpus").iterdir())
    if unknown := set(options.only) - set(names):
        sys.exit(f"no such target: {', '.join(sorted(unknown))}; there are {', '.join(names)}")

    def outcome_of(name):
        return logged(folder, name) if options.logged else run(folder, name, options.runs, options.seed)

    outcomes = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for outcome in pool.map(outcome_of, options.only or names):
            outcomes.append(outcome)
            print(f"{outcome.name}: {outcome.executions} {outcome.wrong}".rstrip(), flush=True)
    print("\n" + table_of(outcomes))
    if options.write:
        written_pages.replace_table(options.write, table_of(outcomes))
    for o in outcomes:
        for path in o.crashes:
            print(f"\n{o.name}: replayed by  {folder / f'fuzz_{o.name}'} {path}\n"
                  f"  once mended, a test of `make test` as  test/fuzz/corpus/{o.name}/WHAT_IT_IS")
    return 1 if any(o.wrong or o.crashes for o in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
