#include "k8s/codec/cluster_file.hpp"

#include "test/fuzz/fuzz.hpp"

/// A cluster in a file: what kubectl prints, or what somebody wrote.
namespace berth::fuzz {

namespace {

void read(std::string_view bytes, k8s::object_source from) {
  const auto objects = k8s::read_cluster(bytes, "f", from);
  if (!objects) {
    check(objects.error());
    promise(objects.error().detail.starts_with("f:"), "an error names the file");
    return;
  }
  for (const k8s::error& e : objects->dropped) check(e);
  for (const std::string& warning : objects->warnings) promise(is_one_line(warning), "a warning is one line");
  for (const k8s::pod_ptr& p : objects->pods) promise(p != nullptr && p->spec != nullptr, "a pod is whole");
  for (const k8s::node_ptr& n : objects->nodes) promise(n != nullptr && !n->name.empty(), "a node is whole");
}

}  // namespace

void cluster_file(std::string_view bytes) {
  read(bytes, k8s::object_source::file);
  read(bytes, k8s::object_source::server);
}

}  // namespace berth::fuzz
