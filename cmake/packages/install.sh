#!/bin/sh
# Installs the Debian packages that the named lists hold, as root or with sudo: install.sh build test
# Nothing is fetched where nothing is missing, so no network is needed then. Where packages are not Debian's, it says
# what is needed and goes on: CMake finds out what is missing.
set -eu
here=$(dirname "$0")

if ! command -v dpkg-query >/dev/null; then
  echo "packages: this is not Debian; these must be there (berth is built and tested with these versions):"
  sed 's/^/  /' "$here/libraries"
  exit 0
fi
wanted=$(for list in "$@"; do cat "$here/$list"; done)
missing=$(for each in $wanted; do
  dpkg-query -W -f='${Status}' "$each" 2>/dev/null | grep -q '^install ok installed$' || echo "$each"
done)
if [ -z "$missing" ]; then
  echo "packages: all $(echo "$wanted" | wc -w) are installed"
  exit 0
fi
echo "packages: to install:" $missing
as_root=
if [ "$(id -u)" != 0 ]; then
  as_root=sudo
  if ! command -v sudo >/dev/null; then
    echo "packages: not root, and there is no sudo; as root: apt-get install" $missing >&2
    exit 1
  fi
fi
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -q
$as_root apt-get install -q -y --no-install-recommends $missing
