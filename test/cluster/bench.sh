#!/usr/bin/env bash
# Measures berth, kube-scheduler and a null scheduler side by side, and writes docs/benchmarks.md where `--write FILE` says so.
# `--help` lists what can be chosen: `--workloads "basic,pod affinity" --nodes 1000 --rounds 1`, say; `--before FILE` takes
# turns with another build of berth. BERTH names the executable; by default the one of the preset `release`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/find_berth.sh"
programs=$("$here/build_control_plane.sh")
if [ ! -x "$programs/null-scheduler" ] || [ "$here/kubernetes/nullscheduler/main.go" -nt "$programs/null-scheduler" ]; then
  (cd "$here/kubernetes" && CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o "$programs/null-scheduler" ./nullscheduler)
fi
exec /usr/bin/python3 "$here/bench.py" --berth "$berth" --control-plane "$programs" "$@"
