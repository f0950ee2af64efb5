#!/usr/bin/env bash
# Runs the scenarios against a real control plane. `e2e.sh --only NAME` runs one; `--help` lists the rest.
# BERTH names the executable; by default the one of the preset `release`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/find_berth.sh"
exec /usr/bin/python3 "$here/run.py" --berth "$berth" "$@"
