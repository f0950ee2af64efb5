#!/bin/sh
# The image's root: image_root.sh EXECUTABLE LICENSE FOLDER. The executable, the libraries that it names, the
# authorities whose certificates it trusts, and a user. For each Debian package that a file is taken from, its licence
# and its description, where scanners for known flaws look in images without a package manager: /var/lib/dpkg/status.d.
set -eu
executable=$1 license=$2 root=$3
umask 022

install -D --strip "$executable" "$root/usr/bin/berth"
install -D --mode=644 "$license" "$root/usr/share/doc/berth/copyright"
install -D --mode=644 /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
echo 'berth:x:65532:65532::/:/sbin/nologin' > "$root/etc/passwd"
echo 'berth:x:65532:' > "$root/etc/group"

# Debian knows a file by the path in the package, which may begin with /usr where the loader's does not.
package_of() {
  { dpkg -S "$1" || dpkg -S "/usr$1" || dpkg -S "$(readlink -f "$1")"; } 2> /dev/null | head -1 | cut -d: -f1
}

# ldd prints the loader too, and the paths are kept as the loader looks for them.
packages=ca-certificates
for library in $(ldd "$executable" | grep -o '/[^ ]*'); do
  install -D "$library" "$root$library"
  package=$(package_of "$library")
  [ -n "$package" ] || { echo "image: no package has $library" >&2; exit 1; }
  packages="$packages $package"
done

mkdir -p "$root/var/lib/dpkg/status.d"
for package in $packages; do
  install -D --mode=644 "/usr/share/doc/$package/copyright" "$root/usr/share/doc/$package/copyright"
  dpkg-query --status "$package" > "$root/var/lib/dpkg/status.d/$package"
done
