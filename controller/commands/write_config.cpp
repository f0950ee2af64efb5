#include "controller/commands/write_config.hpp"

#include "controller/config/effective_configuration.hpp"
#include "k8s/config/read_file.hpp"
#include "k8s/text/value_reader.hpp"
#include "k8s/text/yaml_writer.hpp"

#include <cerrno>
#include <cstddef>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <system_error>

namespace berth::controller {

namespace {

constexpr std::size_t max_file_bytes = std::size_t{4} << 20;

k8s::value read_document(const std::string& path) {
  if (path.empty()) return {};
  const k8s::result<std::string> text = k8s::read_file(path, max_file_bytes);
  if (!text) throw std::runtime_error(text.error().detail);
  k8s::result<k8s::value> document = k8s::read_value(*text, path);
  if (!document) throw std::runtime_error(document.error().detail);
  return std::move(*document);
}

}  // namespace

k8s::value configuration_in_force(const run_options& options, const scheduler_configuration& merged) {
  return effective_configuration(read_document(options.config), merged);
}

void write_config(const run_options& options, const scheduler_configuration& merged) {
  const std::string text = k8s::yaml_of(configuration_in_force(options, merged));
  if (options.write_config_to == "-") {
    std::cout << text;
    if (!std::cout.flush()) throw std::runtime_error("standard output cannot be written (--write-config-to)");
    return;
  }
  errno = 0;
  std::ofstream file(options.write_config_to);
  file << text;
  if (!file.flush())
    throw std::runtime_error(options.write_config_to +
                             ": cannot be written (--write-config-to): " + std::generic_category().message(errno));
}

}  // namespace berth::controller
