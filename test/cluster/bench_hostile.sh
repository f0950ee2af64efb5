#!/usr/bin/env bash
# Measures one pod of the largest size, of each kind, with berth and with kube-scheduler (about 10 minutes), and writes its
# section of docs/benchmarks.md. With arguments (`--only host_ports --rounds 1`; `--help` lists them) nothing is written.
# BERTH names the executable; by default the one of the preset `release`. HOSTILE_PODS names the program that prints the pods; by
# default it is built here.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
source "$here/find_berth.sh"
if [ -z "${HOSTILE_PODS:-}" ]; then
  (cd "$root" && cmake --preset dev >/dev/null && cmake --build --preset dev --target hostile_pods >/dev/null)
  HOSTILE_PODS=$root/build/dev/hostile_pods
fi
programs=$("$here/build_control_plane.sh")
[ $# -gt 0 ] || set -- --write "$root/docs/benchmarks.md"
exec /usr/bin/python3 "$here/bench_hostile.py" --berth "$berth" --control-plane "$programs" \
  --hostile-pods "$HOSTILE_PODS" "$@"
