#include "k8s/config/exec_credential.hpp"
#include "k8s/config/kubeconfig.hpp"
#include "k8s/http/response_reader.hpp"
#include "test/fuzz/targets.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <tuple>

/// What comes from a server, a file of the user's or a plugin before anything else has looked at it.
namespace berth::k8s {
namespace {

constexpr std::size_t max_header = 512;
constexpr std::size_t max_body = 2048;

struct collected final : body_sink {
  bool body(const response_head&, std::string_view piece) override {
    text += piece;
    return true;
  }
  std::string text;
};

using answer = std::tuple<int, std::string, bool, bool>;  // status, body, done, failed

answer read_answer(std::string_view wire, std::size_t size) {
  response_reader reader(32, max_header);
  collected into;
  reader.begin(into, max_body);
  bool failed = false;
  while (!wire.empty() && !reader.done() && !failed) {
    const auto space = reader.space();
    promise(!space.empty(), "there is always room for more");
    promise(space.size() <= 8 * max_header, "the buffer does not grow without end");
    const auto n = std::min({size, wire.size(), space.size()});
    std::memcpy(space.data(), wire.data(), n);
    wire.remove_prefix(n);
    failed = !reader.received(n);
    promise(into.text.size() <= max_body, "no body above its cap");
  }
  if (!failed && !reader.done()) failed = !reader.ended();
  return {failed ? 0 : reader.head().status, failed ? "" : into.text, reader.done(), failed};
}

}  // namespace

void fuzz_response(std::string_view bytes) {
  if (bytes.empty()) return;
  const std::size_t size = 1 + static_cast<unsigned char>(bytes.front()) % 64;
  bytes.remove_prefix(1);
  promise(read_answer(bytes, size) == read_answer(bytes, bytes.size() + 1), "any cutting gives the same");
}

void fuzz_kubeconfig(std::string_view bytes) {
  try {
    const auto found = resolve_kubeconfig({{"/etc/fuzzed", std::string(bytes)}}, {});
    promise(!found.server.host.empty() && !found.server.port.empty(), "a connection has a server");
    promise(parse_server_url(found.server.text(), "again").text() == found.server.text(),
            "a URL reads as it is written");
  } catch (const config_error& refused) {
    promise(std::string_view(refused.what()).find_first_of("\r\n") == std::string_view::npos, "an error is one line");
  }
}

void fuzz_exec_credential(std::string_view bytes) {
  exec_settings plugin;
  plugin.api_version = "client.authentication.k8s.io/v1";
  plugin.command = "fuzzed";
  const auto found = read_exec_credential(bytes, plugin);
  if (found)
    promise(!found->token.empty() || !found->certificate.empty(), "a credential is one");
  else
    promise(!found.error().detail.empty(), "an error says why");
}

}  // namespace berth::k8s
