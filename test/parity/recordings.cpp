#include "test/parity/recordings.hpp"

#include <algorithm>
#include <iostream>
#include <vector>

namespace berth::test {

namespace {

std::vector<std::filesystem::path> recordings() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(parity_folder / "clusters"))
    if (entry.path().extension() == ".gz") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

tally judge_recordings(const std::string& name, const recording_judge& judge) {
  tally all;
  for (const std::filesystem::path& file : recordings())
    all.add(judge(read_recording(file), parity_folder / "configs", file.stem().stem().string()));
  std::cout << name << ": " << all.pods << " pods; compared: " << all.nodes << " node verdicts, " << all.scores
            << " scores, " << all.messages << " messages, " << all.bests << " sets of best nodes, " << all.nominations
            << " nominations, " << all.victims << " lists of victims, " << all.wakes << " events\n";
  for (const auto& [why, count] : all.skipped) std::cout << name << ": skipped " << count << ": " << why << '\n';
  return all;
}

std::size_t skipped(const tally& counts) {
  std::size_t sum = 0;
  for (const auto& [why, count] : counts.skipped) sum += count;
  return sum;
}

}  // namespace berth::test
