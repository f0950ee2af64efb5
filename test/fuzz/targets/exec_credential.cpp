#include "k8s/config/exec_credential.hpp"

#include "test/fuzz/fuzz.hpp"

/// What a program printed that was asked for credentials.
namespace berth::fuzz {

void exec_credential(std::string_view bytes) {
  k8s::exec_settings plugin;
  plugin.api_version = "client.authentication.k8s.io/v1";
  plugin.command = "fuzzed";
  const auto found = k8s::read_exec_credential(bytes, plugin);
  if (!found) return check(found.error());
  promise(!found->token.empty() || !found->certificate.empty(), "a credential is one");
  promise(found->certificate.empty() == found->key.empty(), "a certificate comes with its key");
}

}  // namespace berth::fuzz
