#!/bin/sh
# Installs the Debian packages of FOLDER, and builds a scheduler of somebody's own with them and asks it for a decision,
# as a stranger would: check_packages.sh FOLDER PROJECT. Then the same with the tarball. Runs in the Debian that they
# were built in.
set -eu
out=$1 project=$2
say() { echo "packages: $*"; }
fail() { say "$*" >&2; exit 1; }

for package in "$out"/*.deb; do
  control=$(dpkg-deb --field "$package")
  for field in Package Version Architecture Maintainer Depends Section Priority Description; do
    echo "$control" | grep -q "^$field: ." || fail "$package has no $field"
  done
  outside=$(dpkg-deb --contents "$package" | awk '$6 !~ /^\.\/(usr\/.*)?$/ || $2 != "root/root" || $1 ~ /[sS]/ || substr($1, 9, 1) == "w" { print $6 }')
  [ -z "$outside" ] || fail "$package: wrong place, owner or mode:" $outside
  say "$(basename "$package"): $(echo "$control" | sed -n 's/^Depends: /needs /p')"
done
dpkg --install "$out"/*.deb > /dev/null
berth version
package=$(dpkg-query --show --showformat '${Version}' berth)
[ "$(berth version | cut -d' ' -f2)" = "$(echo "$package" | tr '~' '-')" ] || fail "the package says $package"

builds() {
  cmake -S "$project" -B "/tmp/$1" -G Ninja -D CMAKE_CXX_COMPILER_LAUNCHER=ccache $2 > /dev/null
  cmake --build "/tmp/$1" > /dev/null
  "/tmp/$1/my-scheduler" explain --config "$project/scheduler.yaml" --cluster "$project/cluster.yaml"
}
builds berth-dev ''
dpkg --purge berth-dev berth > /dev/null
mkdir -p /tmp/unpacked
tar --extract --file="$(ls "$out"/*.tar.gz)" --directory=/tmp/unpacked
builds tarball "-D CMAKE_PREFIX_PATH=$(echo /tmp/unpacked/*)"
[ "$("$(echo /tmp/unpacked/*)"/bin/berth version)" != "" ] || fail "the tarball's berth does not run"
say "installed, and a scheduler was built with either"
