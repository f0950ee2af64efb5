#!/usr/bin/env bash
# Builds all that is published of a version, from what is committed and nothing else: release.sh [FOLDER]
#
#   berth-VERSION-image-ARCH.tar        the image, as an OCI archive
#   berth-VERSION-image-ARCH.spdx.json  what is in it, and under which licences
#   berth-VERSION.tgz                   the chart
#   berth_VERSION_ARCH.deb, berth-dev_VERSION_ARCH.deb, berth-VERSION-linux-ARCH.tar.gz
#   SHA256SUMS                          of these
#
# Each is looked at and run before it is left in FOLDER, build/release-artifacts. The same commit gives the same bytes,
# as long as Debian's packages are the same: what FOLDER had before is compared. FRESH=1 uses nothing that was compiled
# before, and fails where the bytes are others. Needs root (or sudo), and helm: HELM names it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/.." && pwd -P)
out=$(realpath -m "${1:-$root/build/release-artifacts}")
fail() { echo "release: $*" >&2; exit 1; }

[ ! -e "$out" ] || [ -f "$out/SHA256SUMS" ] || fail "$out is there and has no SHA256SUMS: it is no earlier release"
top=$(git -C "$root" rev-parse --show-toplevel 2>&1) || fail "only what is committed is released; git: $(head -1 <<< "$top")"
[ "$top" = "$root" ] || fail "only what is committed is released, and $root is not the top of a git repository"
[ -z "$(git -C "$root" status --porcelain)" ] || fail "there are files that are changed or new and not committed; see git status"
version=$("$root/cmake/version.sh")
number=${version%%-*} suffix='(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?'
for tag in $(git -C "$root" tag --points-at HEAD 'v[0-9]*' '[0-9]*'); do
  [[ $tag =~ ^v"$number"$suffix$ ]] || fail "the tag $tag is neither v$number, the number in CMakeLists.txt, nor v$number-SUFFIX"
done
if [[ $version != *-* ]] && ! grep -q "^## $version, 20" "$root/CHANGELOG.md"; then
  fail "CHANGELOG.md has no heading \"## $version, \" and the date"
fi
helm=${HELM:-$(command -v helm || true)}
if [ "$(id -u)" != 0 ]; then
  command -v sudo > /dev/null || fail "it needs root, and there is no sudo"
  exec sudo --preserve-env=FRESH,MAINTAINER,SOURCE HELM="$helm" "$0" "$@"
fi
if [ -z "$helm" ]; then helm=$("$root/test/cluster/build_control_plane.sh")/helm || fail "there is no helm; HELM=FILE names one"; fi
"$helm" version > /dev/null || fail "$helm is no helm"
source "$here/store.sh"
export SOURCE_DATE_EPOCH=$epoch

architecture=$(dpkg --print-architecture)
image=localhost/berth:release stage=localhost/berth-build:release
new=$work/new sources=$work/sources
mkdir -p "$new" "$sources" "$work/oci"
git -C "$root" archive HEAD | tar --extract --directory="$sources"

# The packages, and the Debian that all is built in.
build_image "$stage" "$sources" --target build
container=$(in_store from "$stage")
built=$(in_store mount "$container")
mkdir "$built/src/test"
cp -r "$sources"/{CHANGELOG,README,SECURITY}.md "$built/src"
cp -r "$sources/test/support" "$built/src/test"
cp -r "$sources/examples/random-scheduler" "$built/project"
in_stage() {
  in_store run --volume "$compiled:/ccache" --env SOURCE_DATE_EPOCH="$epoch" --env MAINTAINER="${MAINTAINER:-}" \
    --env CMAKE_BUILD_PARALLEL_LEVEL="$(nproc)" "$container" "$@" > "$work/stage.log" 2>&1 || { cat "$work/stage.log"; exit 1; }
}
in_stage packaging/packages.sh /out
in_stage packaging/check_packages.sh /out /project
grep '^packages: ' "$work/stage.log"
cp "$built"/out/*.deb "$built"/out/*.tar.gz "$new"

# The image, looked at as `make image` does; its executable is the one of the package, though it was built another time.
build_image "$image" "$sources"
folder=$(unpacked "$image")
in_store inspect --type image "$image" > "$work/inspected.json"
"$root/test/image/check.sh" "$folder" "$work/inspected.json"
dpkg-deb --fsys-tarfile "$new"/berth_*.deb | tar --extract --to-stdout ./usr/bin/berth | cmp - "$folder/usr/bin/berth" ||
  fail "the executables of the image and of the package are not the same"
name=berth-$version-image-$architecture
in_store push --quiet --format oci --digestfile "$work/digest" "$image" "oci:$work/oci/$name:${version//+/_}" > /dev/null
"$here/tarball.sh" "$work/oci/$name" . "$new/$name.tar" # its layers are compressed already
digest=$(cat "$work/digest")
"$here/sbom.py" --image "$folder" --system "$built" --headers "$built/out/headers" --version "$version" \
  --commit "$(git -C "$root" rev-parse HEAD)" --epoch "$epoch" --digest "$digest" > "$new/$name.spdx.json"

# The chart, whose own archive would bear today's date.
"$helm" package "$sources/charts/berth" --version "$version" --app-version "$version" --destination "$work" > /dev/null
mkdir "$work/chart"
tar --extract --touch --file="$work/berth-$version.tgz" --directory="$work/chart"
"$here/tarball.sh" "$work/chart" berth "$new/berth-$version.tgz"
"$helm" template berth "$new/berth-$version.tgz" --kube-version 1.37 > "$work/rendered.yaml"
grep -q "image: \"berth:${version//+/_}\"" "$work/rendered.yaml" || fail "the chart does not name the image of $version"

(cd "$new" && sha256sum -- * > "$work/SHA256SUMS" && mv "$work/SHA256SUMS" .)
if [ -f "$out/SHA256SUMS" ]; then
  if cmp -s "$out/SHA256SUMS" "$new/SHA256SUMS"; then
    echo "release: all is the same as it was in $out"
  else
    other=$({ diff "$out/SHA256SUMS" "$new/SHA256SUMS" || true; } | sed -n 's/^> [0-9a-f]* *//p' | paste -sd' ')
    if [ -n "${FRESH:-}" ]; then fail "not the same as in $out: $other"; fi
    echo "release: not the same as before in $out: $other"
  fi
fi
rm -rf "$out"
mkdir -p "$(dirname "$out")"
cp -r "$new" "$out"
echo "release: berth $version, image $digest, $(du -m "$new/$name.tar" | cut -f1) MiB compressed"
ls -l --block-size=K "$out" | awk 'NR > 1 { print "release: " $5, $NF }'
