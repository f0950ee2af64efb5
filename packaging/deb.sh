#!/bin/sh
# Makes a Debian package of a folder: deb.sh ROOT VERSION FOLDER < FIELDS. The package bears the folder's name; on which
# libraries it depends is read from its executables, beside what the field Depends says. SOURCE_DATE_EPOCH is its date,
# MAINTAINER who answers for it.
set -eu
root=$1 version=$2 out=$3
name=$(basename "$root")
fields=$(cat)
umask 022
debian=$(echo "$version" | sed 's/-/~/') # so that 0.1.0-dev and 0.1.0-rc.1 are older than 0.1.0

documents=$root/usr/share/doc/$name
mkdir -p "$documents" "$root/DEBIAN"
{
  echo 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/'
  echo 'Upstream-Name: berth'
  echo
  echo 'Files: *'
  echo 'Copyright: The berth authors'
  echo 'License: Apache-2.0'
  echo ' On Debian systems the full text is in /usr/share/common-licenses/Apache-2.0.'
} > "$documents/copyright"
{
  echo "berth ($debian) stable; urgency=medium"
  echo
  echo '  * What changed is in CHANGELOG.md.'
  echo
  echo " -- $MAINTAINER  $(LC_ALL=C date --utc --rfc-email --date="@$SOURCE_DATE_EPOCH")"
} | gzip -9 --no-name > "$documents/changelog.gz"
gzip -9 --no-name < CHANGELOG.md > "$documents/CHANGELOG.md.gz"

# dpkg-shlibdeps wants a source package around it.
around=$(mktemp -d)
mkdir "$around/debian"
printf 'Source: berth\n\nPackage: %s\nArchitecture: any\n' "$name" > "$around/debian/control"
needs=$(cd "$around" && dpkg-shlibdeps -O "$root"/usr/bin/* | sed -n 's/^shlibs:Depends=//p')
rm -r "$around"
depends=$(echo "$fields" | sed -n 's/^Depends: //p')

{
  echo "Package: $name"
  echo 'Source: berth'
  echo "Version: $debian"
  echo "Architecture: $(dpkg --print-architecture)"
  echo "Maintainer: $MAINTAINER"
  echo "Installed-Size: $(find "$root/usr" -type f -printf '%s\n' | awk '{ n += int(($1 + 1023) / 1024) } END { print n }')"
  echo "Depends: $needs${depends:+, $depends}"
  echo 'Priority: optional'
  echo "$fields" | grep -v '^Depends: '
} > "$root/DEBIAN/control"
(cd "$root" && find usr -type f | LC_ALL=C sort | xargs md5sum > DEBIAN/md5sums)

"$(dirname "$0")/same_time.sh" "$root"
dpkg-deb --root-owner-group -Zxz --build "$root" "$out/${name}_${debian}_$(dpkg --print-architecture).deb" > /dev/null
