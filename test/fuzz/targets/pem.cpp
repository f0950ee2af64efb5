#include "k8s/text/pem.hpp"

#include "k8s/text/base64.hpp"
#include "test/fuzz/fuzz.hpp"

/// Certificates and keys as files have them, and what is in base64.
namespace berth::fuzz {

namespace {

std::string written(const k8s::pem_block& block) {
  return "-----BEGIN " + block.type + "-----\n" + k8s::encode_base64(block.bytes) + "\n-----END " + block.type +
         "-----\n";
}

}  // namespace

void pem(std::string_view bytes) {
  const auto decoded = k8s::decode_base64(bytes);
  if (decoded) promise(k8s::decode_base64(k8s::encode_base64(*decoded)) == decoded, "base64 comes back as it was");
  promise(k8s::decode_base64(k8s::encode_base64(bytes)) == std::string(bytes), "any bytes come back as they were");

  std::size_t held = 0;
  std::size_t plain = 0;
  std::string all;
  for (const k8s::pem_block& block : k8s::read_pem(bytes)) {
    promise(block.type.find('\n') == std::string::npos, "a type is of one line");
    held += block.bytes.size();
    if (block.type.find('-') != std::string::npos) continue;  // might be taken for a mark
    all += written(block);
    ++plain;
  }
  promise(held <= bytes.size(), "blocks hold no more than there was");
  promise(k8s::read_pem(all).size() == plain, "what is written is read");
}

}  // namespace berth::fuzz
