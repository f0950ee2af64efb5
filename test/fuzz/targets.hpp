#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

/// What is fuzzed: each takes any bytes and aborts where a promise is broken. With BERTH_FUZZ each becomes a libFuzzer
/// executable fuzz_NAME; without, fuzz_replay runs all of them over corpus/NAME.
namespace berth::k8s {

void fuzz_objects(std::string_view bytes);
void fuzz_extender(std::string_view bytes);
void fuzz_watch_event(std::string_view bytes);
void fuzz_list_splitter(std::string_view bytes);
void fuzz_line_splitter(std::string_view bytes);
void fuzz_quantity(std::string_view bytes);
void fuzz_value_reader(std::string_view bytes);
void fuzz_cluster_file(std::string_view bytes);
void fuzz_response(std::string_view bytes);
void fuzz_kubeconfig(std::string_view bytes);
void fuzz_exec_credential(std::string_view bytes);
void fuzz_protobuf(std::string_view bytes);
void fuzz_protobuf_list(std::string_view bytes);
void fuzz_reservations(std::string_view bytes);

/// Unlike assert, also in release builds.
inline void promise(bool kept, const char* what) {
  if (kept) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

}  // namespace berth::k8s
