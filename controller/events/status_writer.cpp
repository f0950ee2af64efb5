#include "controller/events/status_writer.hpp"

#include "k8s/text/ascii.hpp"
#include "k8s/text/utf8.hpp"

namespace berth::controller {

namespace {

using k8s::errc;

constexpr seconds patch_timeout{10};
constexpr int max_tries = 4;
/// What Kubernetes allows the conditions of newer objects. Nodes' taints may be in it, which others choose.
constexpr std::size_t most_message_bytes = 32'768;

bool worth_another_try(errc code) {
  return code == errc::server_error || code == errc::unreachable || code == errc::connection_lost ||
         code == errc::timed_out || code == errc::too_many_requests;
}

bool same(const k8s::pod_status_patch& a, const k8s::pod_status_patch& b) {
  if (a.nominated_node_name != b.nominated_node_name || a.scheduled.has_value() != b.scheduled.has_value())
    return false;
  return !a.scheduled || (a.scheduled->reason == b.scheduled->reason && a.scheduled->message == b.scheduled->message);
}

std::size_t size_of(const k8s::pod_status_patch& patch) {
  return (patch.scheduled ? patch.scheduled->message.size() : 0) +
         (patch.nominated_node_name ? patch.nominated_node_name->size() : 0);
}

}  // namespace

std::optional<k8s::pod_status_patch> condition_patch(const k8s::pod& pod, std::string reason, std::string message,
                                                     const std::optional<std::string>& nominated, k8s::timestamp wall) {
  if (message.size() > most_message_bytes)
    message = std::string(k8s::cut_utf8(message, most_message_bytes - 3)) + "...";
  const bool nominate = nominated && pod.nominated_node_name != *nominated;
  const bool was_false = pod.scheduled && !pod.scheduled->status_true;
  if (was_false && pod.scheduled->reason == reason && pod.scheduled->message == message && !nominate)
    return std::nullopt;
  k8s::pod_status_patch patch;
  patch.uid = pod.uid;
  patch.scheduled = k8s::pod_status_patch::condition{};
  patch.scheduled->reason = std::move(reason);
  patch.scheduled->message = std::move(message);
  if (!was_false) patch.scheduled->transition = wall;
  patch.scheduled->observed_generation = pod.generation;
  if (nominate) patch.nominated_node_name = nominated;
  return patch;
}

status_writer::status_writer(boost::asio::any_io_executor strand, k8s::client& api, alarm_clock& time,
                             std::size_t lanes, status_listener& listener)
    : api_(api), clock_(time), lanes_(lanes), listener_(listener), jobs_(strand), written_(strand, time) {}

bool status_writer::write(const k8s::pod& pod, std::string reason, std::string message,
                          const std::optional<std::string>& nominated) {
  auto patch = condition_patch(pod, std::move(reason), std::move(message), nominated, clock_.wall());
  if (!patch) return false;
  // What is on its way says more of the nomination than the pod as last seen.
  const auto on_its_way = patches_.find(pod.uid);
  if (on_its_way != patches_.end() && on_its_way->second.patch.nominated_node_name)
    patch->nominated_node_name = nominated ? nominated : on_its_way->second.patch.nominated_node_name;
  return put(pod, std::move(*patch));
}

bool status_writer::nominate(const k8s::pod& pod, const std::string& node) {
  const auto on_its_way = patches_.find(pod.uid);
  k8s::pod_status_patch patch;
  if (on_its_way != patches_.end()) patch = on_its_way->second.patch;
  if (patch.nominated_node_name.value_or(pod.nominated_node_name) == node) return false;
  patch.uid = pod.uid;
  patch.resource_version = pod.resource_version;
  patch.nominated_node_name = node;
  return put(pod, std::move(patch));
}

bool status_writer::put(const k8s::pod& pod, k8s::pod_status_patch patch) {
  const std::size_t bytes = sizeof(entry) + size_of(patch);
  const auto before = patches_.find(pod.uid);
  const std::size_t others = bytes_ - (before == patches_.end() ? 0 : before->second.bytes);
  if (others != 0 && others + bytes > most_bytes) return false;
  const auto [there, added] = patches_.try_emplace(pod.uid);
  entry& e = there->second;
  if (!added && same(e.patch, patch)) return false;
  bytes_ = others + bytes;
  e.bytes = bytes;
  e.pod = pod.key;
  e.patch = std::move(patch);
  if (e.in_flight) e.again = true;
  if (added) jobs_.put(pod.uid);
  return true;
}

void status_writer::start(task_group& tasks) {
  for (std::size_t i = 0; i < lanes_; ++i) tasks.spawn("write status", lane());
}

k8s::task<void> status_writer::lane() {
  for (;;) {
    const std::string uid = co_await jobs_.take();
    entry& e = patches_.at(uid);  // stays: only this lane erases it
    e.in_flight = true;
    const std::string path = "/api/v1/namespaces/" + k8s::percent_encoded(e.pod.namespace_) + "/pods/" +
                             k8s::percent_encoded(e.pod.name) + "/status";
    const k8s::request_options options{.lane = k8s::lane::writes, .timeout = patch_timeout, .retry = true};
    do {
      e.again = false;
      milliseconds pause(10);
      for (int tries = 1;; ++tries, pause *= 5) {
        const auto answer = co_await api_.patch(path, k8s::patch_type::strategic_merge, k8s::encode(e.patch), options);
        if (answer || e.again) break;
        // Gone, or another pod by now: nobody's condition to write.
        if (answer.error().code == errc::not_found || answer.error().code == errc::conflict) break;
        if (tries == max_tries || !worth_another_try(answer.error().code)) {
          listener_.status_not_written(e.pod, answer.error());
          break;
        }
        co_await clock_.sleep_for(pause);
      }
    } while (e.again);
    bytes_ -= e.bytes;
    patches_.erase(uid);
    written_.notify();
  }
}

k8s::task<void> status_writer::flush(instant deadline) {
  while (!patches_.empty() && clock_.now() < deadline) co_await written_.wait_until(deadline);
}

}  // namespace berth::controller
