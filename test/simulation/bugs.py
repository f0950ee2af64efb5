#!/usr/bin/env python3
"""Puts known bugs back, one after another, and looks whether simulated lives find them.

  bugs.py FOLDER [--runs N] [--lives N] [--only NAME] [--jobs N] [--write FILE]
  bugs.py --apply

Each file in bugs/ is a patch of berth's own code; above the patch stands a sentence on what is wrong then, and a line that says
who had that bug. They are applied to a copy of the tree in FOLDER, never to the tree itself. A bug is found when a property is
violated in one of the random lives 1 to N or, where it is not, when an exhaustive plan ends otherwise than without a strike. A
crash or a hang is no finding. At the end the tree as it is lives through the same lives, all that were needed, and must pass.

With --apply nothing is built: it only looks whether each patch still applies to the tree as it is.

Prints a table, which --write puts in place of the one that page has, and "N passed, N failed": a failure is a bug that is not
found, a patch that does not apply or does not build, and a tree that does not pass by itself.
"""
import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "test"))

import written_pages  # noqa: E402

BUGS = ROOT / "test" / "simulation" / "bugs"
COPIED = ("CMakeLists.txt", "cmake", "k8s", "scoring", "controller", "test/support", "test/simulation", "test/bench/decisions")
# As the preset `dev`, and at the same place in the tree, so that ccache has most of it.
BUILD = pathlib.Path("build") / "dev"
LIKE_DEV = ("-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_CXX_FLAGS_RELEASE=-O2 -DNDEBUG", "-DBERTH_TESTS=OFF", "-DBERTH_PCH=ON")


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("folder", type=pathlib.Path, nargs="?")
    words.add_argument("--apply", action="store_true")
    words.add_argument("--runs", type=int, default=300)
    words.add_argument("--lives", type=int, default=2, help="exhaustive plans of so many small lives, where no run finds it")
    words.add_argument("--jobs", default="2")
    words.add_argument("--only", default="", metavar="NAME", help="those whose name contains this")
    words.add_argument("--write", metavar="FILE", help="keep the table in this page")
    given = words.parse_args()
    if given.apply:
        return only_apply()
    if given.folder is None:
        words.error("in which folder?")
    tree = given.folder / "tree"
    copy_tree(tree)
    subprocess.run(["cmake", "-S", tree, "-B", tree / BUILD, "-G", "Ninja", *LIKE_DEV], check=True, stdout=subprocess.DEVNULL)
    patches = [p for p in sorted(BUGS.glob("*.patch")) if given.only in p.stem]
    found = [look_for(patch, tree, given) for patch in patches]
    sound = passes_by_itself([f for f in found if f], given)
    table = table_of([(patch, f) for patch, f in zip(patches, found) if f])
    print("\n" + table)
    if given.write:
        written_pages.replace_table(given.write, table)
    passed = sum(f is not None for f in found) + sound
    print(f"{passed} passed, {len(found) + 1 - passed} failed")
    return int(passed <= len(found))


def only_apply():
    patches = sorted(BUGS.glob("*.patch"))
    stale = [p for p in patches if subprocess.run(["git", "apply", "--check", p], cwd=ROOT).returncode]
    print(f"{len(patches) - len(stale)} passed, {len(stale)} failed")
    return int(bool(stale) or not patches)


def copy_tree(tree):
    """What changed since the last time alone, so that little is compiled; and what is no more there goes."""
    wanted = set()
    for name in COPIED:
        source = ROOT / name
        for file in [source] if source.is_file() else sorted(source.rglob("*")):
            target = tree / file.relative_to(ROOT)
            wanted.add(target)
            if not file.is_file() or (target.exists() and target.read_bytes() == file.read_bytes()):
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target)
    for name in COPIED:
        for file in (tree / name).rglob("*"):
            if file.is_file() and file not in wanted:
                file.unlink()


def look_for(patch, tree, given):
    """What finds it: {"by", "property", "runs", "lives"}; None where nothing does."""
    started = time.monotonic()
    print(f"{patch.stem}: {words_of(patch)[0]}", flush=True)
    if apply(patch, tree).returncode:
        return print("    NOT APPLIED: the code around it has changed", flush=True)
    try:
        program = build(given)
        by = program and (ask_runs(program, given.runs) or ask_lives(program, given.lives))
    finally:
        apply(patch, tree, "-R")
    print(f"    {by['by'] + ': ' + by['said'] if by else 'NOT FOUND'} ({time.monotonic() - started:.0f} s)", flush=True)
    return by or None


def passes_by_itself(found, given):
    program = build(given)
    if program is None:
        return False
    runs, lives = (max((f[what] for f in found), default=0) for what in ("runs", "lives"))
    for count, word in ((max(runs, 1), "--runs"), (lives, "--lives")):
        if count == 0:
            continue
        code, said = ask(program, word, str(count), "--as-they-are")
        print(f"without a bug: {said.strip().splitlines()[-1]}", flush=True)
        if code:
            return False
    return True


def apply(patch, tree, *more):
    return subprocess.run(["patch", "-p1", "--silent", "--no-backup-if-mismatch", "-r", "-", *more, "-i", patch], cwd=tree)


def build(given):
    folder = given.folder / "tree" / BUILD
    done = subprocess.run(["cmake", "--build", folder, "--target", "simulation", "-j", given.jobs], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        return print(done.stdout[-3000:])
    return folder / "simulation"


def ask(program, *words):
    """(exit code, what it said); a run that does not come to its end has exit code None."""
    try:
        done = subprocess.run([program, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=1200)
    except subprocess.TimeoutExpired:
        return None, "does not come to its end"
    return done.returncode, done.stdout or "says nothing"


def ask_runs(program, runs):
    code, said = ask(program, "--runs", str(runs), "--most-failures", "1", "--as-they-are")
    violation = re.search(r"^seed (\d+): (\w+): (.*)", said, re.M)
    if code == 1 and violation:
        seed, which, what = violation.groups()
        return {"by": f"seed {seed}", "property": which, "said": what[:150], "runs": int(seed), "lives": 0}
    return print("    no finding: " + said.strip().splitlines()[-1], flush=True) if code != 0 else None


def ask_lives(program, lives):
    for count in range(1, lives + 1):
        code, said = ask(program, "--lives", str(count))
        divergence = re.search(r"^life (\d+), (\w+ \d+): (.*)", said, re.M)
        if code == 1 and divergence:
            life, strike, what = divergence.groups()
            which = re.match(r"(P\d+): ", what)
            return {"by": f"life {life}, {strike}", "property": which.group(1) if which else "the end differs",
                    "said": what[:150], "runs": 0, "lives": count}
    return None


def words_of(patch):
    """(what is wrong, who had it)"""
    sentence, upstream = patch.read_text().splitlines()[:2]
    return sentence, upstream.removeprefix("Upstream: ")


def table_of(found):
    rows = ["| bug | upstream | found by | property |", "| --- | --- | --- | --- |"]
    for patch, by in found:
        sentence, upstream = words_of(patch)
        rows.append(f"| `{patch.stem}`: {sentence[0].lower() + sentence[1:].rstrip('.')} | {upstream} | {by['by']} | {by['property']} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.exit(main())
