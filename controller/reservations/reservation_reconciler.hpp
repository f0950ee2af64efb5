#pragma once

#include "controller/cluster/cluster_cache.hpp"
#include "controller/cluster/cycle_observer.hpp"
#include "controller/reservations/reservation_book.hpp"
#include "controller/runtime/job_list.hpp"
#include "controller/runtime/log.hpp"
#include "controller/runtime/task_group.hpp"
#include "controller/runtime/wakeup.hpp"
#include "controller/runtime/work_queue.hpp"
#include "k8s/api/event_record.hpp"
#include "k8s/watch/reflector.hpp"

#include <array>
#include <functional>
#include <string>

/// The reservation reconciler: when a pod of a workload that asks for it is deleted, the room it had is kept on its
/// node for the pod that replaces it. docs/reserve-on-recreate.md says what that is for.
///
/// What is to be is decided by reservation_book, which is pure. This brings it the news (it is the cache's observer and
/// the store of the workloads' watches), lays what was decided over the cache before the next pod is looked at, and
/// writes it into the nodes' annotations: keyed by owner, each owner by one lane at a time, few writes in flight, with
/// backoff. While another replica leads it decides as well, so that it can take over, but writes and tells nothing.
///
/// On the one strand. What is passed by reference outlives it.
namespace berth::controller {

struct reservation_settings {
  std::size_t writes_in_flight = 4;
  work_queue_observer* queue_observer = nullptr;  ///< of the owners that wait to be written; outlives the reconciler
};

class reservation_reconciler final : public cycle_observer, private placement_observer {
 public:
  using workload_warning = std::function<void(const k8s::object_reference& workload, std::string what)>;

  /// `on_problem` is told of workloads whose opt-in annotation is malformed, each once for what is wrong.
  reservation_reconciler(boost::asio::any_io_executor strand, k8s::client& api, alarm_clock& time, const log& out,
                         cluster_cache& cache, workload_warning on_problem, reservation_settings settings = {});

  ~reservation_reconciler() override { cache_.observe_no_more(); }

  /// The watches write here.
  k8s::store<k8s::workload>& store_of(workload_kind kind) { return stores_[static_cast<std::size_t>(kind)]; }

  /// Starts the loops; they run until cancelled. Nothing is written before `lead`.
  void start(task_group& tasks);
  void lead();
  // cycle_observer
  void leads() override { lead(); }
  void before_cycle() override { catch_up(); }
  /// Takes in all that happened: after it, the cache's index is what the next decision may go by.
  void catch_up();

  const reservation_book& book() const noexcept { return book_; }
  /// The owners that wait to be written, and those that are: before metrics are read.
  work_queue::figures queued() { return queue_.stand(clock_.now()); }

 private:
  class store final : public k8s::store<k8s::workload> {
   public:
    store(reservation_reconciler& of, workload_kind kind) : of_(of), kind_(kind) {}
    void replaced(std::vector<k8s::workload_ptr> all) override;
    void applied(k8s::workload_ptr w) override;
    void removed(k8s::workload_ptr w) override;

   private:
    reservation_reconciler& of_;
    workload_kind kind_;
  };
  void placed(const k8s::pod_ptr& pod, bool assumed) override;
  void left(const k8s::pod_ptr& pod, bool assumed) override;
  void node_seen(const k8s::node_ptr& node) override;
  void node_gone(const k8s::node_ptr& node) override;

  void warn(workload_kind kind, const std::string& uid, const k8s::object_key& key, std::string problem);
  k8s::task<void> run();
  k8s::task<void> lane();
  k8s::task<bool> write(const reservation_book::node_patch& what, const std::string& owner);
  void hand_out();

  k8s::client& api_;
  alarm_clock& clock_;
  const log& log_;
  cluster_cache& cache_;
  workload_warning on_problem_;
  reservation_settings settings_;
  reservation_book book_;
  work_queue queue_;
  std::array<store, 3> stores_;
  job_list<std::string> jobs_;
  wakeup wake_;
  std::size_t busy_ = 0;
  bool leading_ = false;
};

}  // namespace berth::controller
