#pragma once

#include "k8s/api/quantity.hpp"
#include "k8s/text/keyed_hash.hpp"

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

/// Adding up amounts by resource, and what the containers of a pod ask for together. Values of one computation.
namespace berth::k8s {

/// Sums and maxima by name, in order of first appearance. A handful of names is searched one by one; a pod may name
/// thousands, so beyond that there is a table. The names live in the lists that were added, which outlive this.
class resource_sums {
 public:
  void add(std::string_view name, const quantity& amount);
  void raise(std::string_view name, const quantity& amount);
  void set(std::string_view name, const quantity& amount);
  /// `amounts` is a resource_list or another resource_sums.
  template <class Amounts>
  void add(const Amounts& amounts) {
    for (const auto& [name, amount] : amounts) add(name, amount);
  }
  template <class Amounts>
  void raise_to(const Amounts& amounts) {
    for (const auto& [name, amount] : amounts) raise(name, amount);
  }
  /// Never below zero; a name that is there stays.
  void take_out(const resource_list& amounts);

  const quantity* find(std::string_view name) const;
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }
  resource_list list() const;

 private:
  std::size_t position(std::string_view name) const;
  quantity& at(std::string_view name);

  std::vector<std::pair<std::string_view, quantity>> entries_;
  view_map<std::size_t> index_;  ///< of all entries, where they are more than a handful
};

/// Containers and sidecars together, or the largest moment of the start: an init container beside the sidecars before
/// it. `requests_of(container)` lists amounts. Upstream: component-helpers/resource, AggregateContainerRequests.
///
/// At each step only what its container names can exceed the largest so far, so that a step costs what the container is
/// long, however many sidecars there are.
template <class Containers, class RequestsOf>
resource_sums sum_of_containers(const Containers& containers, const Containers& init_containers,
                                RequestsOf&& requests_of) {
  resource_sums sum;
  for (const auto& c : containers) sum.add(requests_of(c));
  resource_sums sidecars;
  resource_sums start;
  for (const auto& c : init_containers) {
    const auto& own = requests_of(c);
    if (c.sidecar) {
      sum.add(own);
      sidecars.add(own);
    }
    for (const auto& [name, amount] : own) {
      const quantity* beside = sidecars.find(name);
      quantity now = beside != nullptr ? *beside : quantity{};
      if (!c.sidecar) now += amount;
      start.raise(name, now);
    }
  }
  sum.raise_to(start);
  return sum;
}

}  // namespace berth::k8s
