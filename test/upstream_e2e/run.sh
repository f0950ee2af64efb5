#!/usr/bin/env bash
# Kubernetes' own scheduling specs against berth on a real control plane; `run.sh --help` lists the rest.
# BERTH names the executable, by default the one of the preset `release`; SCHEDULER=kube-scheduler puts kube-scheduler in its place.
#
# Builds the specs with Go 1.26: several minutes from nothing, a few seconds from Go's cache.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../cluster" && pwd)
source "$here/find_berth.sh"
specs=$here/../upstream_e2e
binary=$(realpath -m "$here/../../build/upstream_e2e/scheduling.test")
command -v go > /dev/null || { echo "upstream-e2e: Go 1.26 or newer is needed to build the specs, and there is no 'go' on PATH" >&2; exit 1; }
echo "upstream-e2e: building the specs" >&2
(cd "$specs" && CGO_ENABLED=0 go test -c -vet=off -trimpath -ldflags "-s -w" -o "$binary" .)
exec /usr/bin/python3 "$specs/run.py" --berth "$berth" --specs "$binary" --scheduler "${SCHEDULER:-berth}" "$@"
