# Sourced, with `here` set to this folder. measure NAME ARGUMENTS...: bench_NAME.py with berth (find_berth.sh) and the control
# plane's programs; without arguments it writes its section of docs/benchmarks.md.
source "$here/find_berth.sh"

measure() {
  local name=$1 programs
  shift
  programs=$("$here/build_control_plane.sh")
  [ $# -gt 0 ] || set -- --write "$here/../../docs/benchmarks.md"
  exec /usr/bin/python3 "$here/bench_$name.py" --berth "$berth" --control-plane "$programs" "$@"
}
