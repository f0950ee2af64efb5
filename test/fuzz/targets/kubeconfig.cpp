#include "k8s/config/kubeconfig.hpp"

#include "test/fuzz/fuzz.hpp"

#include <string>

/// A kubeconfig, and the connection that it names.
namespace berth::fuzz {

void kubeconfig(std::string_view bytes) {
  const k8s::kubeconfig_file file{"/etc/fuzzed", std::string(bytes)};
  try {
    const auto found = k8s::resolve_kubeconfig({file}, {});
    promise(!found.server.host.empty() && !found.server.port.empty(), "a connection has a server");
    promise(k8s::parse_server_url(found.server.text(), "again").text() == found.server.text(),
            "a URL reads as it is written");
    promise(k8s::resolve_kubeconfig({file, file}, {}) == found, "a file that is given twice says nothing new");
  } catch (const k8s::config_error& refused) {
    promise(is_one_line(refused.what()), "an error is one line");
  }
}

}  // namespace berth::fuzz
