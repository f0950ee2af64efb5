#include "scoring/plugins/plugins.hpp"

#include <algorithm>
#include <string>
#include <vector>

/// ImageLocality prefers nodes that have the pod's images already: large ones count for more, and those that many nodes
/// have for more than rare ones, so that the few nodes with an image are not swamped. It reads the images of the pod's
/// containers and image volumes, and which nodes have them. Upstream: plugins/imagelocality.
namespace berth::scoring {

namespace {

constexpr std::int64_t mebibyte = 1024 * 1024;
constexpr std::int64_t least_that_counts = 23 * mebibyte;
constexpr std::int64_t most_per_image = 1000 * mebibyte;

std::string with_tag(const std::string& image) {
  const std::size_t colon = image.rfind(':'), slash = image.rfind('/');
  const bool tagged = colon != std::string::npos && (slash == std::string::npos || colon > slash);
  return tagged ? image : image + ":latest";
}

struct wanted_image {
  const image_state* where;
  std::int64_t worth;  ///< its size, scaled by the share of all nodes that have it
};

struct wanted_images {
  std::vector<wanted_image> known;  ///< those that some node has; one named twice is here twice
  std::int64_t count = 0;           ///< of all
};

wanted_images images_of(const k8s::pod_spec& spec, const cluster& nodes) {
  wanted_images out;
  const auto add = [&](const std::string& image) {
    ++out.count;
    const image_state* there = nodes.image(with_tag(image));
    if (there == nullptr) return;
    const double spread = static_cast<double>(there->nodes) / static_cast<double>(nodes.node_count());
    out.known.push_back({there, static_cast<std::int64_t>(static_cast<double>(there->size_bytes) * spread)});
  };
  for (const k8s::container& c : spec.init_containers) add(c.image);
  for (const k8s::container& c : spec.containers) add(c.image);
  for (const k8s::volume& v : spec.volumes)
    if (v.kind == k8s::volume_kind::image) add(v.reference);
  return out;
}

std::int64_t scaled(std::int64_t sum, std::int64_t images) {
  const std::int64_t most = most_per_image * images;
  if (most <= least_that_counts) return 0;
  return max_node_score * (std::clamp(sum, least_that_counts, most) - least_that_counts) / (most - least_that_counts);
}

class image_locality final : public plugin, public score_plugin {
 public:
  std::string_view name() const override { return "ImageLocality"; }
  dependencies reads() const override { return {pod_images, reach::all_objects}; }
  std::vector<event_interest> events_to_register() const override { return {}; }

  status score(const pod_info& pod, const cluster& nodes, cycle_state&, score_column& column) const override {
    const wanted_images wanted = images_of(pod.spec(), nodes);
    if (wanted.known.empty()) return status::ok();
    for (std::size_t i = 0; i < column.nodes().size(); ++i) {
      std::int64_t sum = 0;
      for (const wanted_image& w : wanted.known)
        if (w.where->on.contains(column.nodes()[i])) sum += w.worth;
      column.scores()[i] = scaled(sum, wanted.count);
    }
    return status::ok();
  }
};

}  // namespace

std::unique_ptr<plugin> make_image_locality(arguments& args, const plugin_context&) {
  args.finish();
  return std::make_unique<image_locality>();
}

}  // namespace berth::scoring
