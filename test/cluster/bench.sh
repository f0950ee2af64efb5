#!/usr/bin/env bash
# Measures berth, kube-scheduler and a null scheduler side by side (about 15 minutes) and writes docs/benchmarks.md.
# With arguments (`--nodes 1000 --rounds 1`; `--help` lists them) only what they name is measured, and nothing is written:
# `--before FILE`, say, takes turns with another build of berth.
# BERTH names the executable; by default the one of the preset `release`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/find_berth.sh"
programs=$("$here/build_control_plane.sh")
(cd "$here/kubernetes" && CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o "$programs/null-scheduler" ./nullscheduler)
[ $# -gt 0 ] || set -- --write "$here/../../docs/benchmarks.md"
exec /usr/bin/python3 "$here/bench.py" --berth "$berth" --control-plane "$programs" "$@"
