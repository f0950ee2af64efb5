#include "test/fuzz/fuzz.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

/// Runs every target over its part of the corpus, the folder given first; with a target's name and files behind it,
/// that target over these.
namespace {

struct target {
  std::string name;
  void (*run)(std::string_view);
};

const std::vector<target> targets{
#define BERTH_FUZZ_TARGET(name) {#name, berth::fuzz::name},
#include "fuzz_targets.inc"
#undef BERTH_FUZZ_TARGET
};

void run(const target& t, const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  t.run(std::string(std::istreambuf_iterator<char>(file), {}));
}

int replay_all(const std::filesystem::path& corpus) {
  int failed = 0;
  for (const target& t : targets) {
    std::vector<std::filesystem::path> files;
    if (std::filesystem::is_directory(corpus / t.name))
      for (const auto& entry : std::filesystem::directory_iterator(corpus / t.name)) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    std::printf("%s: %zu files\n", t.name.c_str(), files.size());
    std::fflush(stdout);  // what was being done shows where one aborts
    for (const auto& path : files) run(t, path);
    if (files.empty()) ++failed;
  }
  for (const auto& entry : std::filesystem::directory_iterator(corpus)) {
    const std::string name = entry.path().filename().string();
    if (std::any_of(targets.begin(), targets.end(), [&](const target& t) { return t.name == name; })) continue;
    std::printf("%s: no target of that name\n", name.c_str());
    ++failed;
  }
  return failed;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2) return replay_all(argv[1]) == 0 ? 0 : 1;
  const std::string wanted = argc > 1 ? argv[1] : "";
  const auto named = std::find_if(targets.begin(), targets.end(), [&](const target& t) { return t.name == wanted; });
  if (named == targets.end()) {
    std::fprintf(stderr, "usage: fuzz_replay CORPUS | fuzz_replay TARGET FILE...\n");
    return 2;
  }
  for (int i = 2; i < argc; ++i) run(*named, argv[i]);
  return 0;
}
