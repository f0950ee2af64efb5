#include "scoring/engine/guard.hpp"

#include <exception>

namespace berth::scoring {

namespace {

std::string shortened(std::string_view text) {
  if (text.size() <= guard::longest_text) return std::string(text);
  std::size_t end = guard::longest_text;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0u) == 0x80u) --end;
  return std::string(text.substr(0, end)) + " ...";
}

}  // namespace

status guard::thrown() {
  try {
    throw;
  } catch (const std::exception& e) {
    const char* const text = e.what();
    return status::failed("threw an exception: " + shortened(text == nullptr ? "" : text));
  } catch (...) {
    return status::failed("threw something that is not a std::exception");
  }
}

std::string plugin_failed(std::string_view point, std::string_view plugin, const status& s) {
  return "running " + std::string(point) + " plugin \"" + std::string(plugin) + "\": " + s.message();
}

}  // namespace berth::scoring
