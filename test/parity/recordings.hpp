#pragma once

#include <algorithm>
#include <filesystem>
#include <vector>

/// Where the recorded clusters are. For test binaries that are told BERTH_PARITY_DIR.
namespace berth::test {

inline const std::filesystem::path parity_folder = BERTH_PARITY_DIR;

inline std::vector<std::filesystem::path> recordings() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(parity_folder / "clusters"))
    if (entry.path().extension() == ".gz") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace berth::test
