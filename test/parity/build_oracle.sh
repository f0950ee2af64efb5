#!/usr/bin/env bash
# Builds kube-scheduler's code as a judge of clusters (Go 1.26; a minute or two from the cache of `make e2e`, far more from nothing),
# and prints where it is.
set -euo pipefail
export GOGC=${GOGC:-400}  # as test/cluster/build_control_plane.sh

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
command -v go > /dev/null || { echo "parity: Go 1.26 or newer is needed to build test/parity/oracle, and there is no 'go' on PATH" >&2; exit 1; }
mkdir -p "$top/build/parity"
(cd "$here/oracle" && CGO_ENABLED=0 go build -trimpath -o "$top/build/parity/oracle" .)
echo "$top/build/parity/oracle"
