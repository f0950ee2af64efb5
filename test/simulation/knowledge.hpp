#pragma once

#include "k8s/api/node.hpp"
#include "k8s/api/pod.hpp"
#include "test/simulation/timeline.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

/// What one process has been shown of pods and nodes, by its lists and watches: what it may rightly act upon.
namespace berth::simulation {

/// An object as shown last. What was shown at this very moment may not have been taken in yet, so both states count.
template <class Object>
struct shown {
  std::shared_ptr<const Object> now;     ///< null: gone
  std::shared_ptr<const Object> before;  ///< at the beginning of the moment `since`; null: not known
  instant since{};

  void becomes(std::shared_ptr<const Object> next, instant at) {
    if (since != at) before = now;
    since = at;
    now = std::move(next);
  }
  /// What the process may believe at that moment, null for an object that is not there.
  std::vector<std::shared_ptr<const Object>> possible(instant at) const {
    if (since < at) return {now};
    return {now, before};
  }
};

class knowledge {
 public:
  explicit knowledge(const timeline& time) : time_(time) {}

  /// A list of "pods" or "nodes" begins; its items; it was complete, and so is what it says.
  void list_begins(std::string_view resource);
  void item(std::string_view resource, std::string_view json);
  void list_ends(std::string_view resource);
  void line(std::string_view resource, std::string_view json);
  /// A pod without a node that a look at the server showed: nothing newer than what the watch shows.
  void looked_up(std::string_view json);

  const shown<k8s::pod>* pod(const k8s::object_key& key) const;
  const shown<k8s::node>* node(const std::string& name) const;
  /// Whether the process knew, before this moment, that the pod is on that node.
  bool knew_on_node(const k8s::pod& pod, const std::string& node) const;

 private:
  template <class Object>
  using table = std::map<k8s::object_key, shown<Object>>;
  template <class Object>
  void take_line(table<Object>& all, std::string_view json);
  template <class Object>
  void replace(table<Object>& all, std::vector<std::shared_ptr<const Object>>& list);

  const timeline& time_;
  table<k8s::pod> pods_;
  table<k8s::node> nodes_;
  std::vector<k8s::pod_ptr> listed_pods_;
  std::vector<k8s::node_ptr> listed_nodes_;
};

}  // namespace berth::simulation
