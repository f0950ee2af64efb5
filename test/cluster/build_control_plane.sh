#!/usr/bin/env bash
# Provides the programs of a real control plane, and prints the folder that holds them.
#
# What KUBEBUILDER_ASSETS has is taken from there (by convention kube-apiserver, etcd, kubectl); the rest is built with
# Go into a cache folder outside the tree: about 15 minutes on two cores from nothing, nothing at all the next time.
# Progress goes to stderr. Fails, and says what is missing, where a program can neither be found nor built.
#
# KUBERNETES=v1.36.3 makes kube-apiserver and kube-controller-manager of that version; everything else stays as it is: berth is
# compared with the kube-scheduler that it follows, whatever the cluster is.
set -euo pipefail
export GOGC=${GOGC:-400}  # Go's compiler collects garbage more rarely: less time, more memory

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
pinned=v1.37.2 etcd=v3.7.3
kubernetes=${KUBERNETES:-$pinned}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/berth
out=${BERTH_CONTROL_PLANE:-$cache/control-plane-$kubernetes}

say() { echo "control plane: $*" >&2; }

# Before anything is made: is there such a version? What was built once is not asked for again.
if ! [[ $kubernetes =~ ^v1\.([0-9]+)\.[0-9]+$ ]]; then
  say "KUBERNETES is \"$kubernetes\", which is no version like $pinned"
  exit 2
fi
minor=${BASH_REMATCH[1]}
if [ "$kubernetes" != "$pinned" ]; then
  if ! [ -x "$out/kube-apiserver" ] && command -v go >/dev/null && ! (cd / && go list -m "k8s.io/kubernetes@$kubernetes") >/dev/null 2>&1; then
    say "KUBERNETES is \"$kubernetes\": Go finds no such version of k8s.io/kubernetes to download"
    exit 2
  fi
  others=$(BERTH_CONTROL_PLANE='' KUBERNETES='' "${BASH_SOURCE[0]}")
fi
mkdir -p "$out"

# One builds; whoever comes meanwhile waits for it.
exec 9> "$out/.lock"
flock --nonblock 9 || { say "another process builds it; waiting"; flock 9; }

need_go() {
  command -v go >/dev/null && return
  say "Go 1.26 or newer is needed to build $1, and there is no 'go' on PATH"
  exit 1
}

# build NAME COMMAND...: runs COMMAND, which leaves the program NAME in $out/.new, unless there is one already.
build() {
  local name=$1 started=$SECONDS
  shift
  if [ -x "$out/$name" ]; then return; fi
  if [ "$kubernetes" = "$pinned" ] && [ -n "${KUBEBUILDER_ASSETS:-}" ] && [ -x "$KUBEBUILDER_ASSETS/$name" ]; then
    say "$name: from KUBEBUILDER_ASSETS"
    ln -sf "$KUBEBUILDER_ASSETS/$name" "$out/$name"
    return
  fi
  need_go "$name"
  say "$name: building (this happens once)"
  mkdir -p "$out/.new"
  "$@" >&2
  mv "$out/.new/$name" "$out/$name"
  say "$name: built in $((SECONDS - started)) s"
}

in_module() { # in_module FOLDER PACKAGE NAME [LDFLAGS]
  (cd "$1" && CGO_ENABLED=0 go build -trimpath -ldflags "${4:-} -s -w" -o "$out/.new/$3" "$2")
}

# The module of another version: what Kubernetes' own go.mod asks for, found out by Go, with its staging modules replaced.
other_module() {
  local staging
  staging=$(sed -n "s/^\t\(k8s.io\/[a-z-]*\) => \1 v0${pinned#v1}$/  \1 => \1 v0${kubernetes#v1}/p" "$here/kubernetes/go.mod")
  mkdir -p "$out/.module"
  printf 'module other\n\ngo 1.26.0\n\nrequire k8s.io/kubernetes %s\n\nreplace (\n%s\n)\n' "$kubernetes" "$staging" > "$out/.module/go.mod"
}

stamp="-X k8s.io/component-base/version.gitVersion=$kubernetes -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=$minor -X k8s.io/component-base/version.gitTreeState=clean"

if [ "$kubernetes" = "$pinned" ]; then
  build etcd in_module "$here/etcd" go.etcd.io/etcd/server/v3 etcd "-X go.etcd.io/etcd/api/v3/version.GitSHA=$etcd"
  for name in kube-apiserver kubectl kube-scheduler kube-controller-manager; do
    build "$name" in_module "$here/kubernetes" "k8s.io/kubernetes/cmd/$name" "$name" "$stamp"
  done
  build helm in_module "$here/kubernetes" helm.sh/helm/v3/cmd/helm helm
  build kwok in_module "$here/kubernetes" sigs.k8s.io/kwok/cmd/kwok kwok
else
  other_module
  for name in kube-apiserver kube-controller-manager; do
    GOFLAGS=-mod=mod build "$name" in_module "$out/.module" "k8s.io/kubernetes/cmd/$name" "$name" "$stamp"
  done
  for name in etcd kubectl kube-scheduler helm kwok; do ln -sf "$others/$name" "$out/$name"; done
fi
rm -rf "$out/.new" "$out/.module"
echo "$out"
