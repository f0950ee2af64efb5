#!/usr/bin/env bash
# Runs the scenarios against a real control plane. `e2e.sh --only NAME` runs one; `--help` lists the rest.
# BERTH names the executable; by default the one of the preset `release`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
"$here/../../cmake/packages/install.sh" e2e
berth=${BERTH:-$here/../../build/release/berth}
if [ ! -x "$berth" ]; then
  echo "there is no $berth: build it with 'cmake --preset release && cmake --build --preset release', or set BERTH" >&2
  exit 1
fi
exec /usr/bin/python3 "$here/run.py" --berth "$(realpath "$berth")" "$@"
