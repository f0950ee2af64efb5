#!/usr/bin/env bash
# parity.py with its two judges: builds kube-scheduler's code (Go 1.26, a minute or two from the cache of `make e2e`, far more from
# nothing) and takes build/dev/parity_judge as it is. Arguments go to parity.py.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
command -v go > /dev/null || { echo "parity: Go 1.26 or newer is needed to build test/parity/oracle, and there is no 'go' on PATH" >&2; exit 1; }
mkdir -p "$top/build/parity"
(cd "$here/oracle" && CGO_ENABLED=0 go build -trimpath -o "$top/build/parity/oracle" .)
exec python3 "$here/parity.py" --oracle "$top/build/parity/oracle" --judge "${BERTH_PARITY_JUDGE:-$top/build/dev/parity_judge}" \
  --out "$top/build/parity" "$@"
