#include "controller/reservations/reservation_reconciler.hpp"

#include "k8s/text/ascii.hpp"

#include <utility>

namespace berth::controller {

namespace {

constexpr seconds patch_timeout{10};

}  // namespace

reservation_reconciler::reservation_reconciler(boost::asio::any_io_executor strand, k8s::client& api, alarm_clock& time,
                                               const log& out, cluster_cache& cache, workload_warning on_problem,
                                               reservation_settings settings)
    : api_(api),
      clock_(time),
      log_(out),
      cache_(cache),
      on_problem_(std::move(on_problem)),
      settings_(settings),
      queue_(settings.queue_observer),
      stores_{store(*this, workload_kind::replica_set), store(*this, workload_kind::stateful_set),
              store(*this, workload_kind::replication_controller)},
      jobs_(strand),
      wake_(strand, time) {
  cache_.observe(*this);
}

void reservation_reconciler::start(task_group& tasks) {
  tasks.spawn("keep reservations", run());
  for (std::size_t i = 0; i < settings_.writes_in_flight; ++i) tasks.spawn("write reservations", lane());
}

void reservation_reconciler::lead() {
  leading_ = true;
  book_.for_each_problem([this](workload_kind kind, const std::string& uid, const k8s::object_key& key,
                                const std::string& problem) { warn(kind, uid, key, problem); });
  wake_.notify();
}

void reservation_reconciler::warn(workload_kind kind, const std::string& uid, const k8s::object_key& key,
                                  std::string problem) {
  const char* api = kind == workload_kind::replication_controller ? "v1" : "apps/v1";
  on_problem_({api, name_of(kind), key.namespace_, key.name, uid, ""}, std::move(problem));
}

// ---- the news ---------------------------------------------------------------------------------------------------

void reservation_reconciler::placed(const k8s::pod_ptr& pod, bool assumed) {
  book_.placed(pod, assumed);
  if (book_.behind()) wake_.notify();
}

void reservation_reconciler::left(const k8s::pod_ptr& pod, bool assumed) {
  book_.left(pod, assumed, clock_.wall());
  if (book_.behind()) wake_.notify();
}

void reservation_reconciler::node_seen(const k8s::node_ptr& node) {
  book_.node_seen(node);
  wake_.notify();
}

void reservation_reconciler::node_gone(const k8s::node_ptr& node) {
  book_.node_gone(node);
  if (book_.behind()) wake_.notify();
}

void reservation_reconciler::store::applied(k8s::workload_ptr w) {
  std::string problem = of_.book_.workload_seen(kind_, *w);
  if (!problem.empty() && of_.leading_) of_.warn(kind_, w->uid, w->key, std::move(problem));
  if (of_.book_.behind()) of_.wake_.notify();
}

void reservation_reconciler::store::removed(k8s::workload_ptr w) {
  of_.book_.workload_gone(w->uid);
  if (of_.book_.behind()) of_.wake_.notify();
}

void reservation_reconciler::store::replaced(std::vector<k8s::workload_ptr> all) {
  k8s::text_set uids;
  for (const k8s::workload_ptr& w : all) uids.insert(w->uid);
  for (k8s::workload_ptr& w : all) applied(std::move(w));
  of_.book_.listed(kind_, uids);
  of_.wake_.notify();
}

// ---- what follows -----------------------------------------------------------------------------------------------

void reservation_reconciler::catch_up() {
  if (!book_.synced()) {
    if (!cache_.synced()) return;
    book_.cluster_listed();
  }
  if (!book_.behind() && book_.next_due() > clock_.now()) return;
  const auto each_placed = [this](const auto& with) { cache_.for_each_placed(with); };
  reservation_book::news news = book_.catch_up(clock_.now(), clock_.wall(), each_placed);
  for (auto& [node, overlay] : news.nodes) cache_.assume_annotations(node, std::move(overlay));
  for (const std::string& owner : news.owners) queue_.add(owner, clock_.now());
  wake_.notify();
}

k8s::task<void> reservation_reconciler::run() {
  for (;;) {
    catch_up();
    hand_out();
    const instant next = leading_ && busy_ < settings_.writes_in_flight ? queue_.next_due() : never;
    co_await wake_.wait_until(std::min(book_.synced() ? book_.next_due() : never, next));
  }
}

void reservation_reconciler::hand_out() {
  while (leading_ && busy_ < settings_.writes_in_flight) {
    auto owner = queue_.take(clock_.now());
    if (!owner) return;
    ++busy_;
    jobs_.put(std::move(*owner));
  }
}

k8s::task<void> reservation_reconciler::lane() {
  for (;;) {
    const std::string owner = co_await jobs_.take();
    bool all_done = true;
    std::vector<reservation_book::node_patch> patches = book_.take_writes(owner, clock_.now());
    for (const reservation_book::node_patch& p : patches) {
      for (const std::string& id : p.gave_up)
        log_.warning("No reservation: the node's annotations are full", {{"node", p.node}, {"podUID", id}});
      if (p.body.empty()) continue;
      const bool done = co_await write(p, owner);
      if (!done) book_.not_written(owner, p.node);
      all_done = all_done && done;
    }
    all_done ? queue_.done(owner, clock_.now()) : queue_.failed(owner, clock_.now());
    --busy_;
    wake_.notify();
  }
}

k8s::task<bool> reservation_reconciler::write(const reservation_book::node_patch& what, const std::string& owner) {
  const k8s::request_options options{.lane = k8s::lane::writes, .timeout = patch_timeout, .retry = true};
  std::string path = "/api/v1/nodes/" + k8s::percent_encoded(what.node);
  std::string body = what.body;
  const auto answer = co_await api_.patch(std::move(path), k8s::patch_type::merge, std::move(body), options);
  if (answer) {
    log_.info(3, "Wrote reservations", {{"node", what.node}, {"owner", owner}});
    co_return true;
  }
  // A node that is gone, or another by that name, is the watch's to tell: a 404 may also come from something in
  // between.
  if (answer.error().code != k8s::errc::forbidden)
    log_.warning("Cannot write reservations; trying again",
                 {{"node", what.node}, {"owner", owner}, {"err", answer.error().detail}});
  co_return false;
}

}  // namespace berth::controller
