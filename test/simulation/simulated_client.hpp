#pragma once

#include "k8s/client.hpp"
#include "k8s/leadership.hpp"
#include "test/simulation/api_server.hpp"
#include "test/simulation/timeline.hpp"
#include "test/simulation/trace.hpp"
#include "test/simulation/weather.hpp"
#include "test/simulation/wire_listener.hpp"

#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// The client of one simulated process: k8s::client over the simulated API server, with all that may happen to a
/// request on its way.
///
/// What k8s/http makes of answers is made of them here by the same code: refusal, list_splitter, retry_after. It
/// answers in JSON, whatever its caller reads. Belongs to the process; what is passed by reference outlives it.
namespace berth::simulation {

class simulated_client final : public k8s::client {
 public:
  struct parts {
    int replica;
    timeline& time;
    controller::alarm_clock& clock;
    api_server& server;
    simulation::weather& weather;
    wire_listener& listener;
    trace& told;
    const k8s::leadership* lead;  ///< null: no election
  };
  explicit simulated_client(parts p);
  ~simulated_client() override;

  k8s::task<k8s::result<std::string>> get(std::string path, k8s::request_options options) override;
  k8s::task<k8s::result<std::string>> create(std::string path, std::string body, k8s::request_options options) override;
  k8s::task<k8s::result<std::string>> replace(std::string path, std::string body,
                                              k8s::request_options options) override;
  k8s::task<k8s::result<std::string>> patch(std::string path, k8s::patch_type type, std::string body,
                                            k8s::request_options options) override;
  k8s::task<k8s::result<std::string>> remove(std::string path, std::string body, k8s::request_options options) override;
  k8s::task<k8s::result<k8s::list_head>> list(std::string path, item_handler on_item,
                                              k8s::stream_options options) override;
  k8s::task<k8s::result<void>> watch(std::string path, event_handler on_event, k8s::stream_options options) override;
  std::string server() const override { return "https://simulated"; }

  /// The process was killed: nothing leaves it any more.
  void kill() { dead_ = true; }
  /// The process stands still: what reaches it waits.
  void pause() { paused_ = true; }
  void resume();

  std::size_t open_requests() const noexcept { return open_requests_; }
  std::size_t open_watches() const noexcept { return open_watches_; }

 private:
  struct exchange;
  struct stream;

  k8s::task<k8s::result<std::string>> call(memory_api::request r, k8s::request_options options);
  /// One request and its answer; an error where none came.
  k8s::task<k8s::result<memory_api::answer>> ask(memory_api::request r, std::chrono::milliseconds timeout,
                                                 bool again = false);
  void send(const std::shared_ptr<exchange>& x, std::chrono::milliseconds timeout);
  void carry_out(const std::shared_ptr<exchange>& x, request_fate fate);
  void fail(const std::shared_ptr<exchange>& x, k8s::errc code, const char* why, duration after);
  void answer(const std::shared_ptr<exchange>& x, memory_api::answer a, duration after);

  bool watches(std::string_view list) const;
  void note(const memory_api::request& about, const std::string& line);

  parts with_;
  bool dead_ = false;
  bool paused_ = false;
  std::size_t open_requests_ = 0;
  std::size_t open_watches_ = 0;
  std::vector<std::weak_ptr<stream>> streams_;
};

}  // namespace berth::simulation
