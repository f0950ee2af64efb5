#!/usr/bin/env bash
# Measures the round trips of `berth extender` (about 3 minutes) and writes their section of docs/benchmarks.md.
# With arguments (`--nodes 1000 --requests 50`; `--help` lists them) nothing is written.
# BERTH names the executable; by default the one of the preset `release`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
"$here/../../cmake/packages/install.sh" e2e
berth=${BERTH:-$here/../../build/release/berth}
if [ ! -x "$berth" ]; then
  echo "there is no $berth: build it with 'cmake --preset release && cmake --build --preset release', or set BERTH" >&2
  exit 1
fi
programs=$("$here/build_control_plane.sh")
[ $# -gt 0 ] || set -- --write "$here/../../docs/benchmarks.md"
exec /usr/bin/python3 "$here/bench_extender.py" --berth "$(realpath "$berth")" --control-plane "$programs" "$@"
