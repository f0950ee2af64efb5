#pragma once

#include "k8s/api/metadata.hpp"
#include "k8s/error.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What a scheduler and its extender webhooks say to each other, in both directions. Plain values, pure functions.
///
/// Whole pods and nodes are carried as the JSON texts that they came in: views, valid as long as what was decoded (or
/// whoever else holds the text). decode_pod and decode_node read them where more than their names is asked for;
/// encoding puts them in as they are, each byte copied once. Field names are Go's, written in their case and read in
/// any; null and absent are one. What follows the document is ignored. Texts of others go through mend_json
/// (k8s/text/json.hpp) first, which makes of them what Go reads. Errors (malformed, too_large) name the field
/// and byte. Caps: max_extender_elements per list or map, depth 64; the bytes are for the caller to cap. Upstream:
/// k8s.io/kube-scheduler/extender/v1/types.go.
namespace berth::k8s {

inline constexpr std::size_t max_extender_elements = 100'000;
inline constexpr std::int64_t max_extender_score = 10;

/// A whole pod or node: what names it, and its text. An element that is null has nothing of either.
struct object_text {
  object_key key;
  std::string uid;
  std::string_view json;
};

/// Of filter and prioritize. Nodes where the webhook is not nodeCacheCapable, node names where it is; it is for the
/// receiver to judge a request that has both or none.
struct extender_args {
  object_text pod;
  std::optional<std::vector<object_text>> nodes;
  std::optional<std::vector<std::string>> node_names;
};
result<extender_args> decode_extender_args(std::string_view json);
std::string encode(const extender_args& args);

struct extender_filter_result {
  std::optional<std::vector<object_text>> nodes;
  std::optional<std::vector<std::string>> node_names;
  string_map failed;                   ///< node -> why
  string_map failed_and_unresolvable;  ///< goes before `failed`
  std::string error;
};
result<extender_filter_result> decode_extender_filter_result(std::string_view json);
std::string encode(const extender_filter_result& filtered);

struct host_priority {
  std::string host;
  std::int64_t score = 0;  ///< 0 to 10
};
result<std::vector<host_priority>> decode_host_priorities(std::string_view json);
std::string encode(const std::vector<host_priority>& priorities);

struct extender_victims {
  std::vector<object_text> pods;
  std::int64_t pdb_violations = 0;
};
struct extender_meta_victims {
  std::vector<std::string> uids;
  std::int64_t pdb_violations = 0;
};
using extender_meta_victims_map = std::map<std::string, extender_meta_victims, std::less<>>;

/// Whole victims where the webhook is not nodeCacheCapable, uids where it is.
struct extender_preemption_args {
  object_text pod;
  std::optional<std::map<std::string, extender_victims, std::less<>>> victims;
  std::optional<extender_meta_victims_map> meta_victims;
};
result<extender_preemption_args> decode_extender_preemption_args(std::string_view json);
std::string encode(const extender_preemption_args& args);

/// The nodes on which preemption would help, each with its victims. It has no field for errors.
struct extender_preemption_result {
  extender_meta_victims_map meta_victims;
};
result<extender_preemption_result> decode_extender_preemption_result(std::string_view json);
std::string encode(const extender_preemption_result& preempted);

struct extender_binding_args {
  object_key pod;
  std::string uid;
  std::string node;
};
result<extender_binding_args> decode_extender_binding_args(std::string_view json);
std::string encode(const extender_binding_args& args);

struct extender_binding_result {
  std::string error;
};
result<extender_binding_result> decode_extender_binding_result(std::string_view json);
std::string encode(const extender_binding_result& bound);

}  // namespace berth::k8s
