#include "controller/access/serving_certificate.hpp"

#include "controller/serving/self_signed.hpp"
#include "k8s/config/read_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>

namespace berth::controller {

namespace {

constexpr std::size_t max_file_bytes = std::size_t{4} << 20;
/// kube-scheduler's names: what it has left in a directory is found by us.
constexpr const char* certificate_name = "kube-scheduler.crt";
constexpr const char* key_name = "kube-scheduler.key";

std::string read(const char* flag, const std::string& file) {
  auto text = k8s::read_file(file, max_file_bytes);
  if (!text) throw std::runtime_error(std::string(flag) + ": " + text.error().detail);
  return std::move(*text);
}

void write(const std::string& file, const std::string& text, mode_t mode) {
  const int to = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  const bool written = to >= 0 && ::write(to, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (to >= 0) close(to);
  if (!written) throw std::runtime_error("--cert-dir: cannot write " + file);
}

certificate_pair make_pair_for(const std::string& host) {
  std::vector<std::string> names{"localhost"};
  if (!host.empty() && host != "localhost" && host.find_first_of(",:") == std::string::npos) names.push_back(host);
  return make_self_signed(names, {"127.0.0.1", "::1"});
}

}  // namespace

serving_certificate::serving_certificate(const serving_options& options, const std::string& host) {
  in_memory_.ciphers = options.ciphers;
  in_memory_.at_least_1_3 = options.at_least_1_3;
  files_.certificate = options.certificate;
  files_.key = options.key;
  if (options.certificate.empty() != options.key.empty())
    throw std::runtime_error(options.key.empty() ? "--tls-private-key-file is missing: --tls-cert-file needs it"
                                                 : "--tls-cert-file is missing: --tls-private-key-file needs it");
  if (!files_.certificate.empty()) return;
  if (options.cert_dir.empty()) {
    certificate_pair made = make_pair_for(host);
    in_memory_.certificate = std::move(made.certificate);
    in_memory_.key = std::move(made.key);
    in_memory_.certificate_from = in_memory_.key_from = "the certificate in memory";
    return;
  }
  namespace fs = std::filesystem;
  std::error_code failed;
  fs::create_directories(options.cert_dir, failed);
  files_.certificate = (fs::path(options.cert_dir) / certificate_name).string();
  files_.key = (fs::path(options.cert_dir) / key_name).string();
  if (fs::exists(files_.certificate, failed) && fs::exists(files_.key, failed)) return;
  const certificate_pair made = make_pair_for(host);
  write(files_.key, made.key, 0600);
  write(files_.certificate, made.certificate, 0644);
}

std::shared_ptr<boost::asio::ssl::context> serving_certificate::load() const {
  if (files_.certificate.empty()) return make_secure_tls(in_memory_);
  secure_tls from_files = in_memory_;
  from_files.certificate = read("--tls-cert-file", files_.certificate);
  from_files.certificate_from = "--tls-cert-file: " + files_.certificate;
  from_files.key = read("--tls-private-key-file", files_.key);
  from_files.key_from = "--tls-private-key-file: " + files_.key;
  return make_secure_tls(from_files);
}

}  // namespace berth::controller
