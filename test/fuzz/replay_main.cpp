#include "test/fuzz/targets.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

/// Runs every target over its part of the corpus, given as the only argument.
int main(int argc, char** argv) {
  using namespace berth::k8s;
  struct target {
    const char* name;
    void (*run)(std::string_view);
  };
  const target targets[] = {
      {"objects", fuzz_objects},
      {"extender", fuzz_extender},
      {"watch_event", fuzz_watch_event},
      {"list_splitter", fuzz_list_splitter},
      {"line_splitter", fuzz_line_splitter},
      {"quantity", fuzz_quantity},
      {"value_reader", fuzz_value_reader},
      {"cluster_file", fuzz_cluster_file},
      {"response", fuzz_response},
      {"kubeconfig", fuzz_kubeconfig},
      {"exec_credential", fuzz_exec_credential},
      {"protobuf", fuzz_protobuf},
      {"protobuf_list", fuzz_protobuf_list},
      {"reservations", fuzz_reservations},
  };
  if (argc != 2) {
    std::fprintf(stderr, "usage: fuzz_replay CORPUS\n");
    return 2;
  }
  for (const target& t : targets) {
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(argv[1]) / t.name)) {
      std::ifstream file(entry.path(), std::ios::binary);
      t.run(std::string(std::istreambuf_iterator<char>(file), {}));
      ++files;
    }
    std::printf("%s: %d files\n", t.name, files);
    if (files == 0) return 1;
  }
  return 0;
}
