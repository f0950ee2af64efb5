#!/usr/bin/env bash
# parity.py with its two judges: builds kube-scheduler's code and takes build/dev/parity_judge as it is. Arguments go to parity.py.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
oracle=$("$here/build_oracle.sh")
exec python3 "$here/parity.py" --oracle "$oracle" --judge "${BERTH_PARITY_JUDGE:-$top/build/dev/parity_judge}" \
  --out "$top/build/parity" "$@"
