#!/usr/bin/env bash
# Measures lists and watches in protobuf against JSON: the CPU of berth and of the API server per 1,000 bindings, and the start
# until the first one, in turns. About 10 minutes; writes its section of docs/benchmarks.md. With arguments (`--pods 1000
# --pods-at-start 0`; `--help` lists them) nothing is written, unless `--write FILE` says so.
# BERTH names the executable; by default the one of the preset `release`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/measure.sh"
measure encodings "$@"
