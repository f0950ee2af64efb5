#!/usr/bin/python3
"""Lets berth bind a million pods that come and go, cuts all its connections after each thousand, and looks whether its memory,
threads and files grow, and what it does when there is nothing to do. With the API server in memory. Called by endurance.sh."""
import os
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]

import written_pages  # noqa: E402
from benchmark import endurance, scale  # noqa: E402
from harness import own_network  # noqa: E402


def options():
    parser = scale.parser(__doc__)
    parser.add_argument("--rounds", type=int, default=1000, help="of a thousand pods each")
    parser.add_argument("--idle", type=int, default=60, help="seconds with nothing to do, at the end")
    given = parser.parse_args()
    if given.rounds < endurance.PARTS or given.idle < 1:
        parser.error(f"--rounds must be {endurance.PARTS} or more, --idle 1 or more")
    return given


def main():
    given = options()
    own_network.enter()  # so that all connections that are opened are those of this
    with tempfile.TemporaryDirectory(prefix="berth-endurance-") as folder:
        server, berth = scale.MemoryServer(given.memory_api_server, folder), None
        try:
            endurance.fill(server)
            parts, berth = endurance.live(server, given.berth, folder, given.rounds, lambda line: print(line, flush=True))
            idle = endurance.idle_share(berth, given.idle)
        finally:
            for started in filter(None, (berth, server)):
                started.process.kill()
    table = endurance.table(parts, idle)
    print("\n" + table)
    if given.write:
        written_pages.replace_section(given.write, endurance.TITLE, endurance.HEAD + table)
    wrong = list(endurance.wrong(parts, idle))
    for sentence in wrong:
        print(sentence)
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
