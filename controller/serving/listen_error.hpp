#pragma once

#include <stdexcept>
#include <string>

namespace berth::controller {

/// An address cannot be listened on: malformed, taken, or not of this host. Its text names the address, not the flag or
/// field that it came from: whoever knows that puts it in front.
class listen_error : public std::runtime_error {
 public:
  listen_error(const std::string& address, const std::string& why)
      : std::runtime_error("cannot listen on " + address + ": " + why), address_(address) {}

  const std::string& address() const noexcept { return address_; }

 private:
  std::string address_;
};

}  // namespace berth::controller
