#pragma once

#include "k8s/config/kubeconfig.hpp"
#include "k8s/encoded.hpp"

#include <string>
#include <string_view>

/// Requests as bytes. Pure. What never changes is put together once.
namespace berth::k8s {

struct http_request {
  std::string_view method = "GET";
  std::string path;
  std::string body;
  std::string_view content_type = json_content_type;
  std::string_view accept = json_content_type;
  bool repeatable = false;  ///< a POST that only asks: may be sent again like a GET

  bool needs_lead = false;  ///< sent only while client_options::lead is fresh

  bool is_get() const noexcept { return method == "GET"; }
  /// Whether it does no harm when the server reads it twice.
  bool may_repeat() const noexcept { return is_get() || repeatable; }
};

/// Accept for what is read in this form. Beside protobuf stands JSON, for a server or a kind that has no protobuf:
/// client-go has "*/*" there, and would have to refuse what else might come. Watches are asked for in the same words;
/// their answer says ";stream=watch".
std::string_view accepted(encoding form);

class request_writer {
 public:
  request_writer(const connection_settings& settings, const std::string& user_agent);

  /// Replaces `out`. `authorization` is the whole value ("Bearer ...") or "".
  void write(std::string& out, const http_request& request, std::string_view authorization) const;

  /// "GET https://10.0.0.1:6443/api/v1/nodes": how errors begin.
  std::string describe(const http_request& request) const;

 private:
  std::string before_path_;  ///< the base path, and for an http server behind a proxy all of the URL
  std::string after_path_;   ///< the rest of the request line and every constant field
  std::string server_;
};

}  // namespace berth::k8s
