#pragma once

#include <memory>
#include <string>

/// Certificates made on the spot, so that a test can have one that expired or bears another name.
namespace berth::test {

/// PEM.
struct certificate_and_key {
  std::string certificate;
  std::string key;
};

/// The same key, under a password.
std::string locked(const std::string& key, const std::string& password);

class test_authority {
 public:
  explicit test_authority(const std::string& common_name);
  ~test_authority();

  /// `alternative_names` as OpenSSL writes them: "DNS:localhost,IP:127.0.0.1". Days are counted from now.
  certificate_and_key issue(const std::string& common_name, const std::string& alternative_names, int from_day = -1,
                            int to_day = 1) const;
  const std::string& certificate() const noexcept { return own_.certificate; }

 private:
  struct keys;
  std::unique_ptr<keys> keys_;
  certificate_and_key own_;
};

}  // namespace berth::test
