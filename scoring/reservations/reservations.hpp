#pragma once

#include "k8s/api/metadata.hpp"
#include "k8s/api/node.hpp"
#include "k8s/api/quantity.hpp"
#include "scoring/reservations/reservation_record.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Reservations: room on a node that annotations of the node keep for a workload.
///
///   reserve.<resource>/<id>: "<quantity>"   an amount; <resource> is a DNS label (cpu, memory, ephemeral-storage, pods)
///   berth.dev/reservation.<id>: {...}       optional: whom it is for (reservation_record.hpp), and amounts of resources
///                                           whose names are no DNS labels (nvidia.com/gpu, hugepages-2Mi)
///
/// Annotations with one <id> are one reservation. Without the second annotation it is for no workload; anybody may
/// write such annotations. What is malformed is left out, and listed with the reason. `reserve.example.com/x` is an
/// annotation of that domain and none of ours.
///
/// Pure functions of the node's annotations, which `cluster` calls once for each state of a node.
namespace berth::scoring {

struct reservation {
  std::string id;              ///< of berth's own: the uid of the pod whose room it is
  k8s::resource_list amounts;  ///< all; "pods" among them
  std::optional<reservation_record> record;

  bool operator==(const reservation&) const = default;
};

/// An annotation that means to reserve and does not.
struct malformed_reservation {
  std::string key;
  std::string value;
  std::string what;  ///< "\"5x\" is not a quantity"

  bool operator==(const malformed_reservation&) const = default;
};

struct node_reservations {
  std::vector<reservation> good;           ///< by id
  std::vector<malformed_reservation> bad;  ///< by key
};

/// Beyond these a node's reservations (in the order of their keys) are malformed.
inline constexpr std::size_t max_reservations_per_node = 1024;

node_reservations reservations_of(const k8s::node& node);
/// Whether any key looks like one: cheap.
bool may_have_reservations(const k8s::string_map& annotations);

/// What a key says: an amount where `resource` is given, else a record.
struct reservation_key {
  std::string resource;
  std::string id;

  bool operator==(const reservation_key&) const = default;
};
/// Nothing where the key is none of ours, or is malformed.
std::optional<reservation_key> read_reservation_key(std::string_view key);
/// Whether a resource has a key of its own, or must go into the record.
bool has_reservation_key(std::string_view resource);
std::string amount_key(std::string_view resource, std::string_view id);
std::string record_key(std::string_view id);

/// The annotations that say just this. Amounts that have no key of their own go into the record, or are lost where
/// there is none; what the record itself holds of amounts is not looked at.
k8s::string_map annotations_of(const reservation& r);

}  // namespace berth::scoring
