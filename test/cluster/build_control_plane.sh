#!/usr/bin/env bash
# Provides the programs of a real control plane, and prints the folder that holds them.
#
# What KUBEBUILDER_ASSETS has is taken from there (by convention kube-apiserver, etcd, kubectl); the rest is built with
# Go into a cache folder outside the tree: about 15 minutes on two cores from nothing, nothing at all the next time.
# Progress goes to stderr. Fails, and says what is missing, where a program can neither be found nor built.
set -euo pipefail
export GOGC=${GOGC:-400}  # Go's compiler collects garbage more rarely: less time, more memory

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
kubernetes=v1.37.2 etcd=v3.7.3
out=${BERTH_CONTROL_PLANE:-${XDG_CACHE_HOME:-$HOME/.cache}/berth/control-plane-$kubernetes}
mkdir -p "$out"

say() { echo "control plane: $*" >&2; }

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
  if [ -n "${KUBEBUILDER_ASSETS:-}" ] && [ -x "$KUBEBUILDER_ASSETS/$name" ]; then
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
  (cd "$here/$1" && CGO_ENABLED=0 go build -trimpath -ldflags "${4:-} -s -w" -o "$out/.new/$3" "$2")
}

stamp="-X k8s.io/component-base/version.gitVersion=$kubernetes -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=37 -X k8s.io/component-base/version.gitTreeState=clean"

build etcd in_module etcd go.etcd.io/etcd/server/v3 etcd "-X go.etcd.io/etcd/api/v3/version.GitSHA=$etcd"
for name in kube-apiserver kubectl kube-scheduler kube-controller-manager; do
  build "$name" in_module kubernetes "k8s.io/kubernetes/cmd/$name" "$name" "$stamp"
done
build helm in_module kubernetes helm.sh/helm/v3/cmd/helm helm
build kwok in_module kubernetes sigs.k8s.io/kwok/cmd/kwok kwok
rm -rf "$out/.new"
echo "$out"
