#include "test/reference/plugins.hpp"

#include <algorithm>

/// ImageLocality: nodes that have the pod's images already are better, by their sizes; an image that few nodes have
/// counts for less, lest all pods go to those.
namespace berth::reference {

namespace {

constexpr std::int64_t megabyte = 1024 * 1024;
constexpr std::int64_t least = 23 * megabyte;
constexpr std::int64_t most_per_container = 1000 * megabyte;

/// "nginx" is "nginx:latest". Upstream: normalizedImageName.
std::string with_tag(const std::string& image) {
  const std::size_t colon = image.rfind(':');
  const std::size_t slash = image.rfind('/');
  const bool has_tag = colon != image.npos && (slash == image.npos || colon > slash);
  return has_tag ? image : image + ":latest";
}

bool has(const k8s::node& node, const std::string& image) {
  for (const k8s::container_image& i : node.images)
    if (std::find(i.names.begin(), i.names.end(), image) != i.names.end()) return true;
  return false;
}

/// As the first node that has it says.
std::int64_t size_of(const snapshot& s, const std::string& image) {
  for (const k8s::node_ptr& node : s.objects.nodes)
    for (const k8s::container_image& i : node->images)
      if (std::find(i.names.begin(), i.names.end(), image) != i.names.end()) return i.size_bytes;
  return 0;
}

class image_locality final : public plugin_base<image_locality> {
 public:
  std::int64_t score(const question& q, const node_state& n) override {
    std::vector<std::string> images;
    for (const auto* containers : {&q.pod.spec->init_containers, &q.pod.spec->containers})
      for (const k8s::container& c : *containers) images.push_back(with_tag(c.image));
    for (const k8s::volume& v : q.pod.spec->volumes)
      if (v.kind == k8s::volume_kind::image) images.push_back(with_tag(v.reference));
    std::int64_t sum = 0;
    for (const std::string& image : images)
      if (has(*n.node, image)) sum += scaled_size(q.cluster, image);
    const std::int64_t most = most_per_container * static_cast<std::int64_t>(images.size());
    // As upstream, in this order: of a pod without images the largest is less than the least.
    if (sum < least)
      sum = least;
    else if (sum > most)
      sum = most;
    return 100 * (sum - least) / (most - least);
  }

 private:
  static std::int64_t scaled_size(const snapshot& s, const std::string& image) {
    const auto nodes =
        std::count_if(s.nodes.begin(), s.nodes.end(), [&](const node_state& n) { return has(*n.node, image); });
    const double spread = static_cast<double>(nodes) / static_cast<double>(s.nodes.size());
    return static_cast<std::int64_t>(static_cast<double>(size_of(s, image)) * spread);
  }
};

}  // namespace

std::unique_ptr<plugin> make_image_locality(const k8s::value&) { return std::make_unique<image_locality>(); }

}  // namespace berth::reference
