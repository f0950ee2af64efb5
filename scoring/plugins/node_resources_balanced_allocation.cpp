#include "scoring/change_reader.hpp"
#include "scoring/index_part.hpp"
#include "scoring/plugins/load_math.hpp"
#include "scoring/plugins/plugins.hpp"
#include "scoring/plugins/resource_scores.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

/// NodeResourcesBalancedAllocation prefers nodes whose resources the pod would bring into balance: those where the
/// fractions in use differ less with the pod than without it. 75 says that the pod changes nothing. It reads what
/// NodeResourcesFit reads. Upstream: plugins/noderesources, balanced_allocation.go, in the form it has since 1.36.
///
/// Argument: resources, a list of names whose weights must be 1.
namespace berth::scoring {

namespace {

// How even the fractions are, 50 to 100: one minus their standard deviation. `with_pod` counts the pod in.
std::int64_t evenness_of(const std::vector<considered_resource>& resources, node_id n, bool with_pod,
                         std::vector<double>& fractions) {
  fractions.clear();
  double total = 0;
  for (const considered_resource& r : resources) {
    if (r.allocatable[n] == 0) continue;
    const std::int64_t used = r.requested[n] + (with_pod ? r.of_pod : 0);
    const double fraction = std::min(1.0, static_cast<double>(used) / static_cast<double>(r.allocatable[n]));
    total += fraction;
    fractions.push_back(fraction);
  }
  double deviation = 0;
  if (fractions.size() == 2) {
    deviation = std::abs((fractions[0] - fractions[1]) / 2);
  } else if (fractions.size() > 2) {
    const double mean = total / static_cast<double>(fractions.size());
    double sum = 0;
    for (const double f : fractions) sum += (f - mean) * (f - mean);
    deviation = std::sqrt(sum / static_cast<double>(fractions.size()));
  }
  return static_cast<std::int64_t>((1 - deviation) * static_cast<double>(max_node_score));
}

constexpr std::int64_t score_of_gain(std::int64_t gain) { return max_node_score / 2 + (max_node_score / 2 + gain) / 2; }

// Whether it goes by cpu and memory, and nothing else.
bool usual(const std::vector<considered_resource>& resources, const cluster& nodes) {
  return resources.size() == 2 && resources[0].requested.data() == nodes.requested(cpu).data() &&
         resources[1].requested.data() == nodes.requested(memory).data();
}

// What average_evenness is to add for each node, so that its average is score_of_gain: of two resources a gain is -50
// at least, so that the half is of no negative number. It goes by how even in cpu and memory the node is without the
// pod, the same for all pods, so it is kept and brought up to date for nodes that changed.
class evenness_without final : public index_part {
 public:
  /// By node number; good until the next call. `resources` are the usual.
  std::span<const double> of(const std::vector<considered_resource>& resources, const cluster& nodes) const {
    known_.resize(nodes.universe());
    const auto look_at = [&](node_id n) {
      if (nodes.nodes().contains(n))
        known_[n] =
            static_cast<double>(max_node_score + max_node_score / 2 - evenness_of(resources, n, false, fractions_));
    };
    reader_.catch_up(nodes.changes(), nodes, look_at);
    return known_;
  }

 private:
  mutable change_reader reader_;
  mutable std::vector<double> known_;
  mutable std::vector<double> fractions_;
};

// A block of nodes at a time.
void score_usual(const std::vector<considered_resource>& resources, std::span<const double> without,
                 std::span<const node_id> nodes, std::span<std::uint8_t> scores) {
  static thread_local row_block rows;
  average_evenness(resources[0].load_on(nodes, rows, 0), resources[1].load_on(nodes, rows, 3),
                   rows.rows(6, without, nodes), scores);
}

// Whether the pod asks for a resource that is not counted (say "storage"): it is scored then, though that makes no
// difference.
bool names(const k8s::pod_spec& spec, const std::string& resource) {
  const auto in = [&](const k8s::resource_list& amounts) {
    const k8s::quantity* q = amounts.find(resource);
    return q != nullptr && !q->is_zero();
  };
  const auto of = [&](const k8s::container& c) { return in(c.requests); };
  return in(spec.overhead) || std::any_of(spec.containers.begin(), spec.containers.end(), of) ||
         std::any_of(spec.init_containers.begin(), spec.init_containers.end(), of);
}

bool counts(std::string_view resource) {
  return resource == "cpu" || resource == "memory" || resource == "ephemeral-storage" || is_scalar_resource(resource);
}

class node_resources_balanced_allocation final : public plugin, public pre_score_plugin, public score_plugin {
 public:
  explicit node_resources_balanced_allocation(std::vector<weighted_resource> resources)
      : resources_(std::move(resources)) {}

  std::string_view name() const override { return "NodeResourcesBalancedAllocation"; }
  dependencies reads() const override { return {pod_requests, reach::own_node}; }
  std::vector<event_interest> events_to_register() const override { return {}; }

  // A pod that asks for nothing would make no difference to balance, and all of its kind would go to one node.
  status pre_score(const pod_info& pod, const cluster&, cycle_state&, std::span<const node_id>) const override {
    return asks(pod) ? status::ok() : status::skipped();
  }

  status score(const pod_info& pod, const cluster& nodes, cycle_state&, score_column& column) const override {
    if (asks(pod)) score_any(consider(resources_, pod, nodes, amounts::as_requested), column.nodes(), column.scores());
    return status::ok();
  }

  bool in_bytes() const override { return true; }
  status score_bytes(const pod_info& pod, const cluster& nodes, cycle_state&, byte_column& column) const override {
    if (!asks(pod)) return status::ok();
    std::vector<considered_resource> resources = consider(resources_, pod, nodes, amounts::as_requested);
    std::span<const double> without;
    if (column.nodes().size() >= row_block::least && usual(resources, nodes)) {
      add_doubles(resources, amounts::as_requested, nodes);
      without = nodes.part<evenness_without>().of(resources, nodes);
    }
    const auto usual_on = [&](std::span<const node_id> some) {
      return !without.empty() && resources[0].in_doubles(some) && resources[1].in_doubles(some);
    };
    bool stored = true;
    for (std::size_t at = 0; at < column.nodes().size(); at += row_block::size) {
      const std::size_t count = std::min(row_block::size, column.nodes().size() - at);
      const std::span<const node_id> some = column.nodes().subspan(at, count);
      const std::span<std::uint8_t> theirs = column.scores().subspan(at, count);
      if (usual_on(some))
        score_usual(resources, without, some, theirs);
      else
        stored &= score_any(resources, some, theirs);
    }
    return stored ? status::ok() : status::skipped();
  }

 private:
  // False where a score is not from 0 to 100, and so is none of a byte_column.
  template <class Score>
  static bool score_any(const std::vector<considered_resource>& resources, std::span<const node_id> nodes,
                        std::span<Score> scores) {
    std::vector<double> fractions;
    fractions.reserve(resources.size());
    bool in_range = true;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const std::int64_t score = score_of_gain(evenness_of(resources, nodes[i], true, fractions) -
                                               evenness_of(resources, nodes[i], false, fractions));
      scores[i] = static_cast<Score>(score);
      in_range &= score >= 0 && score <= max_node_score;
    }
    return in_range;
  }

  bool asks(const pod_info& pod) const {
    return std::any_of(resources_.begin(), resources_.end(), [&](const weighted_resource& r) {
      return pod.requests->of(r.name) != 0 || (!counts(r.name) && names(pod.spec(), r.name));
    });
  }

  std::vector<weighted_resource> resources_;
};

}  // namespace

std::unique_ptr<plugin> make_node_resources_balanced_allocation(arguments& args, const plugin_context&) {
  std::vector<weighted_resource> resources =
      read_resources(args, "resources", std::numeric_limits<std::int64_t>::max());
  for (std::size_t i = 0; i < resources.size(); ++i) {
    const std::string field = "resources[" + std::to_string(i) + "]";
    if (resources[i].weight != 1) args.fail(field + ".weight", "must be 1");
    for (std::size_t j = 0; j < i; ++j)
      if (resources[j].name == resources[i].name) args.fail(field + ".name", "duplicate \"" + resources[i].name + "\"");
  }
  args.finish();
  return std::make_unique<node_resources_balanced_allocation>(std::move(resources));
}

}  // namespace berth::scoring
