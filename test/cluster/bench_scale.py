#!/usr/bin/python3
"""Measures berth on clusters of up to 100,000 nodes and 1,000,000 pods, with the API server in memory. Called by bench_scale.sh."""
import os
import subprocess
import sys
import traceback

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from benchmark import page, plots, report, scale  # noqa: E402
from benchmark.contender import version_of  # noqa: E402


def options():
    parser = scale.parser(__doc__)
    parser.add_argument("--only", action="append", default=[], choices=[case.name for case in scale.CASES], help="this case")
    parser.add_argument("--divide", type=int, default=1, help="everything so many times smaller")
    return parser.parse_args()


def main():
    given = options()
    rows, kept, goals, broken = [], [], [], []
    for case in scale.CASES:
        if given.only and case.name not in given.only:
            continue
        try:
            smaller = case.scaled(given.divide)
            figures = scale.run(smaller, given.berth, given.memory_api_server)
        except Exception:  # What the other cases measure is not lost.
            traceback.print_exc()
            broken.append(case.name)
            continue
        rows.append(scale.row(smaller, figures))
        kept.append({**vars(smaller), **vars(figures)})
        goals += scale.goals_of(smaller, figures)
        print(rows[-1], end="", flush=True)
    version = version_of(subprocess.run([given.berth, "version"], capture_output=True, text=True).stdout)
    scaled = f"Everything is {given.divide} times smaller than asked." if given.divide > 1 else ""
    text = scale.HEAD.format(version=version, scaled=scaled, **report.machine()) + "".join(rows) + ("\n" + report.goals_table(goals) if goals else "")
    print("\n" + text)
    if given.write:
        page.write_section(given.write, scale.TITLE, text)
        plots.keep(given.write, "scale", kept)
    for name in broken:
        print(f"not measured: {name}")
    return 0 if all(goal.holds for goal in goals) and not broken else 1


if __name__ == "__main__":
    sys.exit(main())
