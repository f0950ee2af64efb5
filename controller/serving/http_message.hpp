#pragma once

#include "controller/serving/client_certificate.hpp"
#include "k8s/client.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What an HTTP server of ours is asked and answers. Plain values.
namespace berth::controller {

struct http_request {
  std::string method;
  std::string target;  ///< the path with its query
  std::string body;
  /// In the order of the request; names in lower case.
  std::vector<std::pair<std::string, std::string>> headers = {};
  /// What the client showed of itself in the handshake, not verified yet; null where it showed nothing.
  std::shared_ptr<const certificate_chain> certificates = nullptr;

  std::string_view path() const { return std::string_view(target).substr(0, target.find('?')); }
};

struct http_answer {
  unsigned status = 200;
  std::string body;
  std::string content_type = "text/plain; charset=utf-8";
  std::string allow = "";  ///< the methods that would have been right: for 405
  /// Let go once the answer is written, or cannot be: whoever counts large answers holds a place with it.
  std::shared_ptr<const void> held = nullptr;
};

/// Runs on the connection's own strand. What it throws becomes a 500.
using http_handler = std::function<k8s::task<http_answer>(http_request request)>;

}  // namespace berth::controller
