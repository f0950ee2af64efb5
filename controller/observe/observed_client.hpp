#pragma once

#include "controller/observe/permission_watch.hpp"
#include "controller/runtime/log.hpp"
#include "controller/serving/metrics.hpp"
#include "k8s/client.hpp"
#include "k8s/clock.hpp"

/// A client that counts what goes through it (rest_client_requests_total) and names missing permissions. Everything the
/// process asks of the API server passes here, so no caller has to think of either.
///
/// Called on the strand alone, as metrics are. What is passed by reference outlives this.
namespace berth::controller {

class observed_client final : public k8s::client {
 public:
  observed_client(k8s::client& inner, k8s::clock& time, const log& out, metrics& figures);

  k8s::task<k8s::result<std::string>> get(std::string path, k8s::request_options options) override;
  k8s::task<k8s::result<std::string>> create(std::string path, std::string body, k8s::request_options options) override;
  k8s::task<k8s::result<std::string>> replace(std::string path, std::string body,
                                              k8s::request_options options) override;
  k8s::task<k8s::result<std::string>> patch(std::string path, k8s::patch_type type, std::string body,
                                            k8s::request_options options) override;
  k8s::task<k8s::result<std::string>> remove(std::string path, std::string body, k8s::request_options options) override;
  k8s::task<k8s::result<k8s::list_head>> list(std::string path, item_handler on_item,
                                              std::chrono::milliseconds timeout) override;
  k8s::task<k8s::result<void>> watch(std::string path, line_handler on_line,
                                     std::chrono::milliseconds timeout) override;
  std::string server() const override { return inner_.server(); }

 private:
  template <class T>
  void observe(std::string_view method, std::string_view path, const k8s::result<T>& answer);

  k8s::client& inner_;
  k8s::clock& clock_;
  const log& log_;
  metrics& metrics_;
  permission_watch permissions_;
};

}  // namespace berth::controller
