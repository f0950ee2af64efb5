#!/usr/bin/env bash
# Measures the round trips of `berth extender` (about 3 minutes) and writes their section of docs/benchmarks.md.
# With arguments (`--nodes 1000 --requests 50`; `--help` lists them) nothing is written.
# BERTH names the executable; by default the one of the preset `release`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/measure.sh"
measure extender "$@"
