#include "k8s/api/quantity.hpp"
#include "scoring/explain/amount_text.hpp"
#include "scoring/remedies/remedy_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>

/// Changes that have a size, and of which the smallest is looked for: how much less of a resource, how much more skew.
namespace berth::scoring {

namespace {

constexpr std::size_t roomiest = 3;  // nodes whose free amount is tried

std::vector<std::string> resources_of(const demand& wanted) {
  std::vector<std::string> out;
  for (resource_id r = 0; r < first_scalar; ++r)
    if (wanted.of(r) > 0) out.emplace_back(fixed_resource_name(r));
  for (const auto& [name, amount] : wanted.scalars) out.push_back(name);
  return out;
}

pod_info with_amount(const pod_info& pod, std::string_view resource, std::int64_t amount) {
  auto wanted = std::make_shared<demand>(*pod.requests);
  for (resource_id r = 0; r < first_scalar; ++r)
    if (fixed_resource_name(r) == resource) wanted->amounts[r] = amount;
  std::erase_if(wanted->scalars, [&](auto& one) {
    if (one.first == resource) one.second = amount;
    return one.second == 0;
  });
  return {pod.pod, std::move(wanted)};
}

// A pod that asks for no cpu or memory would get whatever others leave: that is no way to fit.
bool can_do_without(std::string_view resource) { return resource != "cpu" && resource != "memory"; }

// Huge pages are asked for by the page: the API server refuses other amounts.
std::int64_t whole_pages(std::string_view resource, std::int64_t amount) {
  constexpr std::string_view prefix = "hugepages-";
  if (!resource.starts_with(prefix)) return amount;
  const auto page = k8s::quantity::parse(resource.substr(prefix.size()));
  if (!page) return amount;
  k8s::resource_list list;
  list.set(std::string(resource), *page);
  const std::int64_t size = amount_in(list, resource);
  return size <= 0 ? amount : amount - amount % size;
}

// As people write it, so that the amount that is told is the very one that is tried.
std::int64_t told_amount(std::string_view resource, std::int64_t room) {
  const auto text = k8s::quantity::parse(amount_text(resource, room, rounding::down));
  if (!text) return whole_pages(resource, room);
  k8s::resource_list list;
  list.set(std::string(resource), *text);
  return whole_pages(resource, std::min(room, amount_in(list, resource)));
}

std::string less_text(const pod_info& pod, const remedy& r, std::int64_t to, std::int64_t overhead, std::int64_t from) {
  const bool one_container = pod.spec().containers.size() == 1 && pod.spec().init_containers.empty();
  const char* in_all = one_container && overhead == 0 ? "" : " in all";
  if (to == 0) return fmt::format("ask for no {} instead of {}{}", r.resource, r.from, in_all);
  return fmt::format("ask for {} {}{} instead of {}, {} less", r.to, r.resource, in_all, r.from,
                     amount_text(r.resource, from - to, rounding::up));
}

void try_less_of(remedy_search& search, const std::string& resource) {
  const pod_info& pod = search.pod();
  const std::int64_t from = pod.requests->of(resource);
  const std::int64_t overhead = std::min(from, amount_in(pod.spec().overhead, resource));
  if (from <= overhead) return;
  std::vector<std::pair<std::int64_t, node_id>> rooms;
  search.fits(with_amount(pod, resource, overhead)).for_each([&](node_id n) {
    rooms.emplace_back(search.nodes().allocatable_of(n, resource) - search.nodes().requested_of(n, resource), n);
  });
  std::sort(rooms.begin(), rooms.end(),
            [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
  if (rooms.size() > roomiest) rooms.resize(roomiest);
  // Pods that are nominated to a node leave less room there than its sums say: so nothing is told unproven.
  rooms.emplace_back(overhead, no_node);
  for (const auto& [room, node] : rooms) {
    const std::int64_t to = room <= overhead ? overhead : told_amount(resource, std::min(room, from - 1));
    if (to < overhead || (to == overhead && !can_do_without(resource))) continue;
    remedy r{.change = "request-less",
             .resource = resource,
             .from = amount_text(resource, from, rounding::up),
             .to = amount_text(resource, to, rounding::down)};
    r.size = static_cast<double>(from - to) / static_cast<double>(from);
    r.how_much = r.size <= 0.5 ? remedy::effort::small : remedy::effort::large;
    r.text = less_text(pod, r, to, overhead, from);
    const node_set on = search.fits(with_amount(pod, resource, to));
    search.add(std::move(r), on);
    if (!on.empty()) return;
  }
}

pod_info with_skew(const pod_info& pod, std::size_t constraint, std::int64_t skew) {
  k8s::pod_spec spec = pod.spec();
  spec.spread_constraints[constraint].max_skew = static_cast<std::int32_t>(skew);
  return with_spec(pod, std::move(spec));
}

// The API server takes one constraint for each key and whenUnsatisfiable, and minDomains beside DoNotSchedule alone.
void try_scheduling_anyway(remedy_search& search, std::size_t constraint) {
  const auto& all = search.pod().spec().spread_constraints;
  const k8s::topology_spread_constraint& c = all[constraint];
  if (std::any_of(all.begin(), all.end(), [&](const k8s::topology_spread_constraint& other) {
        return !other.do_not_schedule && other.topology_key == c.topology_key;
      }))
    return;
  k8s::pod_spec spec = search.pod().spec();
  spec.spread_constraints[constraint].do_not_schedule = false;
  spec.spread_constraints[constraint].min_domains = 1;
  search.add({.change = "spread-anyway",
              .text = fmt::format("let its spread constraint over {} say whenUnsatisfiable: ScheduleAnyway{}",
                                  c.topology_key, c.min_domains > 1 ? ", without minDomains" : "")},
             search.fits(with_spec(search.pod(), std::move(spec))));
}

// The smallest skew that helps: steps that double, then halves. No pod more than those placed can be in a domain.
void try_skew_of(remedy_search& search, std::size_t constraint) {
  const k8s::topology_spread_constraint& c = search.pod().spec().spread_constraints[constraint];
  const std::int64_t most =
      std::min<std::int64_t>(std::numeric_limits<std::int32_t>::max(),
                             c.max_skew + 1 + static_cast<std::int64_t>(search.nodes().placed_count()));
  node_set on = search.fits(with_skew(search.pod(), constraint, most));
  if (on.empty()) return try_scheduling_anyway(search, constraint);
  std::int64_t too_small = c.max_skew, enough = most;
  for (std::int64_t step = 1; too_small + step < enough; step *= 2) {
    const node_set tried = search.fits(with_skew(search.pod(), constraint, too_small + step));
    if (!tried.empty()) {
      enough = too_small + step;
      on = tried;
      break;
    }
    too_small += step;
  }
  while (enough - too_small > 1) {
    const std::int64_t middle = too_small + (enough - too_small) / 2;
    const node_set tried = search.fits(with_skew(search.pod(), constraint, middle));
    (tried.empty() ? too_small : enough) = middle;
    if (!tried.empty()) on = tried;
  }
  remedy r{.change = "raise-max-skew",
           .text = fmt::format("raise maxSkew of its spread constraint over {} from {} to {}", c.topology_key,
                               c.max_skew, enough),
           .how_much = remedy::effort::small,
           .size = static_cast<double>(enough - c.max_skew) / static_cast<double>(enough)};
  search.add(std::move(r), on);
}

}  // namespace

void try_smaller_requests(remedy_search& search) {
  std::size_t tried = 0;
  for (const std::string& resource : resources_of(*search.pod().requests)) {
    if (tried++ == most_of_a_kind) break;
    try_less_of(search, resource);
  }
}

void try_larger_skews(remedy_search& search) {
  const auto& all = search.pod().spec().spread_constraints;
  for (std::size_t i = 0; i < all.size() && i < most_of_a_kind; ++i)
    if (all[i].do_not_schedule) try_skew_of(search, i);
}

}  // namespace berth::scoring
