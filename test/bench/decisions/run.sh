#!/usr/bin/env bash
# Measures decisions alone, berth's and kube-scheduler's (about 5 minutes after the build), and writes their section of
# docs/benchmarks.md. With arguments (`--only preemption --nodes 1000`; `--help` lists them) nothing is written.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../../.." && pwd)
cd "$top"
oracle=$(test/parity/build_oracle.sh)
cmake --preset dev > /dev/null
cmake --build --preset dev --target decisions_bench
[ $# -gt 0 ] || set -- --write "$top/docs/benchmarks.md"
exec /usr/bin/python3 "$here/compare.py" --berth build/dev/decisions_bench --kube-scheduler "$oracle" "$@"
