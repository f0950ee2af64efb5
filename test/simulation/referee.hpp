#pragma once

#include "test/simulation/api_server.hpp"
#include "test/simulation/knowledge.hpp"
#include "test/simulation/rates.hpp"
#include "test/simulation/trace.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

/// Watches a run and says where a property is violated: those of docs/reliability.md, "Simulated clusters".
///
/// It has its own books of what the API server has (truth), of what each process was shown (knowledge.hpp), and of what
/// each has sent. What can only be judged at the end is in verdict.hpp.
namespace berth::simulation {

struct violation {
  std::string property;  ///< "P2"
  std::string what;
};

/// The books about one process.
struct process_books {
  process_books(int r, std::string name, const timeline& time)
      : replica(r), identity(std::move(name)), known(time), requests(time) {}

  int replica;
  std::string identity;  ///< in the lease; "": there is no election
  knowledge known;
  rates requests;
  /// Bindings that it sent: to which node, and how many of them are still on their way.
  struct binding {
    std::string node;
    int on_the_way = 0;
    bool refused = false;  ///< by the last answer, for certain
    instant at{};
  };
  std::map<std::string, binding> bindings;  ///< by the pod's uid
};

class referee final : public store_listener {
 public:
  /// `may_say_twice`: that a pod was bound may be in more than one event.
  referee(timeline& time, const api_server& server, trace& told, bool may_say_twice);

  void violated(std::string property, std::string what);
  const std::vector<violation>& violations() const noexcept { return violations_; }

  // store_listener
  void changed(const memory_api::change& what) override;
  void restored() override;

  // What one process does.
  void sent(process_books& by, const memory_api::request& r, bool again);
  void landed(process_books& by, const memory_api::request& r, const memory_api::answer* answer);

  /// Every pod as the server has it, by uid.
  const std::map<std::string, k8s::pod_ptr>& pods() const noexcept { return pods_; }
  const std::map<std::string, k8s::node_ptr>& nodes() const noexcept { return nodes_; }
  std::size_t bindings() const noexcept { return bindings_; }
  /// Pods with an event of that reason about them, by uid, with how many.
  std::size_t events_about(const std::string& uid, const std::string& reason) const;
  /// The last time anything but leases and events changed.
  instant last_change() const noexcept { return last_change_; }
  bool was_restored() const noexcept { return restored_at_ != instant{}; }
  /// An older copy may name another leader, or none: until leases have run out, more than one may lead.
  bool restored_lately() const { return was_restored() && time_.now() - restored_at_ < std::chrono::seconds(20); }

 private:
  void binding_sent(process_books& by, const memory_api::request& r);
  void judge_room(const process_books& by, const k8s::pod& pod, const std::string& node);
  void pod_changed(const memory_api::change& what);
  void event_made(const memory_api::json& event);
  void check_lease(const process_books& by, const memory_api::request& r);
  void take_stock();

  timeline& time_;
  const api_server& server_;
  trace& told_;
  bool may_say_twice_;
  std::vector<violation> violations_;
  std::map<std::string, k8s::pod_ptr> pods_;
  std::map<std::string, k8s::node_ptr> nodes_;
  std::map<std::pair<std::string, std::string>, std::size_t> events_;  ///< by the pod's uid and reason
  std::size_t bindings_ = 0;
  instant restored_at_{};
  instant last_change_{};
};

/// "namespace/name" of the pod whose binding it is.
k8s::object_key pod_of_binding(const memory_api::request& r);

}  // namespace berth::simulation
