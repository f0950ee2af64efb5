#!/usr/bin/env bash
# Builds the image with buildah, no registry needed (packaging/store.sh; the network is needed for Debian's packages
# alone, once a week). Then looks whether the image is what it should be, and runs it: as its user, with a root that
# cannot be written. Needs root (or sudo). Prints one line per check; fails on the first that does not hold.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
if [ "$(id -u)" != 0 ]; then
  command -v sudo > /dev/null || { echo "image: it needs root, and there is no sudo" >&2; exit 1; }
  exec sudo "$0" "$@"
fi
source "$root/packaging/store.sh"

image=localhost/berth:test
build_image "$image" "$root"
in_store inspect --type image "$image" > "$work/inspected.json"
"$here/check.sh" "$(unpacked "$image")" "$work/inspected.json"
