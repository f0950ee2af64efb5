#!/bin/sh
# What people install without an image, into FOLDER: packages.sh FOLDER. Two Debian packages, berth and berth-dev; a
# tarball with the same files for other distributions; and `headers`, the names of all that berth was compiled of, for
# the bill of materials.
#
# Runs in a container of the Dockerfile's stage `build`, in the root of the sources, where berth has been built.
set -eu
out=$1
umask 022
: "${MAINTAINER:=The berth authors <nobody@berth.invalid>}"
export SOURCE_DATE_EPOCH MAINTAINER

mkdir -p "$out"
ninja -C build/release -t deps | sed -n 's|^ *\(/.*\)|\1|p' | LC_ALL=C sort -u > "$out/headers"

/packages/install.sh release
cmake --preset release
cmake --build --preset release --target berth memory_api_server

architecture=$(dpkg --print-architecture)
version=$(sed -n 's/^BERTH_VERSION:STRING=//p' build/release/CMakeCache.txt)
[ -n "$version" ] || version=$(cmake/version.sh)

# The tarball: unpacked anywhere, its folder is what CMAKE_PREFIX_PATH names.
name=berth-$version-linux-$architecture
cmake --install build/release --prefix "/tmp/tarball/$name" --strip > /dev/null
install -D --mode=644 --target-directory="/tmp/tarball/$name/share/doc/berth" LICENSE README.md CHANGELOG.md SECURITY.md
packaging/tarball.sh /tmp/tarball "$name" "$out/$name.tar.gz"

# The same files as two packages: who runs berth needs no headers.
cmake --install build/release --prefix /tmp/all/usr --strip > /dev/null
mkdir -p /tmp/berth/usr/bin /tmp/berth-dev/usr
mv /tmp/all/usr/bin/berth /tmp/berth/usr/bin/
cp -r /tmp/all/usr/. /tmp/berth-dev/usr

packaging/deb.sh /tmp/berth "$version" "$out" <<END
Section: admin
Recommends: ca-certificates
Description: Kubernetes scheduler
 Schedules pods beside kube-scheduler or in its place: it reads the same
 configuration, decides with the same plugins, and says in the same words why
 a pod waits.
END

# What its static libraries need is what docs/write-a-plugin.md has a reader install; the compiler is of their own
# choice.
libraries=$(grep -- '-dev$' /packages/plugin | paste -sd, | sed 's/,/, /g')
packaging/deb.sh /tmp/berth-dev "$version" "$out" <<END
Section: libdevel
Depends: $libraries
Suggests: cmake, g++
Description: Kubernetes scheduler: to build schedulers with plugins of one's own
 Headers, static libraries, a package for CMake's find_package, and an API
 server that keeps everything in memory, to try them on.
END
