#include "controller/serving/renewed_files.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

using namespace berth::controller;

TEST_CASE("renewed files: what could not be taken over is tried again, though its time stays; then no more") {
  char name[] = "/tmp/berth-test-XXXXXX";
  const std::filesystem::path folder = mkdtemp(name);
  const std::filesystem::path file = folder / "ca.crt";
  std::ofstream(file) << "old";
  renewed_files files({file.string(), "", ""});
  int calls = 0;
  const auto look = [&](bool readable) {
    files.look([&] {
      ++calls;
      if (!readable) throw std::runtime_error("not readable");
    });
  };
  look(false);
  CHECK(calls == 0);
  std::filesystem::last_write_time(file, std::filesystem::last_write_time(file) + std::chrono::seconds(1));
  CHECK_THROWS(look(false));
  CHECK_THROWS(look(false));
  look(true);
  CHECK(calls == 3);
  look(true);
  CHECK(calls == 3);
  std::filesystem::remove_all(folder);
}
