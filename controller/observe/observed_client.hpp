#pragma once

#include "controller/observe/permission_watch.hpp"
#include "controller/runtime/log.hpp"
#include "controller/serving/metrics.hpp"
#include "k8s/client.hpp"
#include "k8s/clock.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// A client that counts and times what goes through it (rest_client_*) and names missing permissions. Everything the
/// process asks of the API server passes here, so no caller has to think of either. A list has the bytes of
/// its items; a watch counts when it ends, and is not timed.
///
/// May be called on any executor; what it counts is counted on the strand, as metrics are. What is passed by reference
/// outlives this.
namespace berth::controller {

class observed_client final : public k8s::client {
 public:
  observed_client(boost::asio::any_io_executor strand, k8s::client& inner, k8s::clock& time, const log& out,
                  metrics& figures);

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
  std::string server() const override { return inner_.server(); }

 private:
  struct question {
    const char* method;
    std::string_view verb;  ///< as `method`, or LIST or WATCH: what RBAC tells apart
    k8s::clock::time_point begun;
    std::optional<std::size_t> sent_bytes = std::nullopt;
  };
  template <class T>
  void observe(const question& asked, std::string_view path, const k8s::result<T>& answer,
               std::optional<std::size_t> received_bytes);
  void observe(const question& asked, std::string_view path, const k8s::result<std::string>& answer);
  /// On the strand.
  void forbidden(const permission& what, const std::string& detail);

  boost::asio::any_io_executor strand_;
  k8s::client& inner_;
  k8s::clock& clock_;
  const log& log_;
  metrics& metrics_;
  permission_watch permissions_;
};

}  // namespace berth::controller
