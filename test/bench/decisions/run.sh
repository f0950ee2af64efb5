#!/usr/bin/env bash
# Measures decisions alone, berth's and kube-scheduler's (about 5 minutes after the build), and writes their section of
# docs/benchmarks.md. With arguments (`--only preemption --nodes 1000`; `--help` lists them) nothing is written.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../../.." && pwd)
command -v go > /dev/null || { echo "bench-decisions: Go 1.26 or newer is needed to build test/parity/oracle, and there is no 'go' on PATH" >&2; exit 1; }
cd "$top"
cmake --preset bench > /dev/null
cmake --build --preset bench --target decisions_bench
mkdir -p build/parity
(cd test/parity/oracle && CGO_ENABLED=0 go build -trimpath -o "$top/build/parity/oracle" .)
[ $# -gt 0 ] || set -- --write "$top/docs/benchmarks.md"
exec /usr/bin/python3 "$here/compare.py" --berth build/bench/decisions_bench --kube-scheduler build/parity/oracle "$@"
