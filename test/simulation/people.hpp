#pragma once

#include "test/simulation/api_server.hpp"
#include "test/simulation/dice.hpp"
#include "test/simulation/plan.hpp"
#include "test/simulation/referee.hpp"

#include <string>
#include <vector>

/// Everybody else in a simulated cluster, each as small as can be: users who create and delete, the kubelets, the
/// garbage collector, another scheduler.
///
/// They write straight into the server, so that nothing goes wrong with them. What they do later is in the timeline.
/// One thread.
namespace berth::simulation {

class people final : public store_listener {
 public:
  people(timeline& time, api_server& server, const referee& truth, std::uint64_t seed);

  /// The cluster as it is before anything happens.
  void settle(int nodes);
  /// Does one of the acts that are about pods and nodes; false for any other.
  bool act_out(const operation& o);

  void create_pod(const std::string& name, const operation& o, const char* scheduler = "berth");
  void create_node(const std::string& name, int millicores, const char* zone);

  // store_listener
  void changed(const memory_api::change& what) override;
  void restored() override;

 private:
  k8s::pod_ptr one_of(int number, bool ours, bool bound) const;
  k8s::pod_ptr named(int number) const;
  void delete_pod(const k8s::pod& pod);
  void remove_pod(const memory_api::object_path& path, const std::string& uid);
  void start_pod(const memory_api::object_path& path, const std::string& uid);
  void finish_pod(const k8s::pod& pod);
  void change_node(int number, int how);
  void remove_node(int number);
  /// Binds as another scheduler would, where there is truly room.
  void bind_by_other(const k8s::object_key& key, int number);
  void look_after(const memory_api::object_path& path, const memory_api::json& pod);

  timeline& time_;
  api_server& server_;
  const referee& truth_;
  dice dice_;
  int made_ = 0;
};

}  // namespace berth::simulation
