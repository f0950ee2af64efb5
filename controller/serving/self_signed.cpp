#include "controller/serving/self_signed.hpp"

#include "k8s/http/freed_by.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>

namespace berth::controller {

namespace {

using certificate_ptr = std::unique_ptr<X509, k8s::freed_by<X509_free>>;
using key_ptr = std::unique_ptr<EVP_PKEY, k8s::freed_by<EVP_PKEY_free>>;
using bio_ptr = std::unique_ptr<BIO, k8s::freed_by<BIO_free>>;
using extension_ptr = std::unique_ptr<X509_EXTENSION, k8s::freed_by<X509_EXTENSION_free>>;

constexpr long an_hour = 3600;
constexpr long a_year = 365L * 24 * an_hour;
constexpr long version_3 = 2;

[[noreturn]] void fail() {
  ERR_clear_error();
  throw std::runtime_error("cannot make a certificate for the server");
}

void extend(X509* certificate, int kind, const std::string& value) {
  X509V3_CTX about;
  X509V3_set_ctx_nodb(&about);
  X509V3_set_ctx(&about, certificate, certificate, nullptr, nullptr, 0);
  const extension_ptr extension(X509V3_EXT_conf_nid(nullptr, &about, kind, value.c_str()));
  if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1) fail();
}

template <class Write>
std::string pem(Write write) {
  const bio_ptr out(BIO_new(BIO_s_mem()));
  if (!out || write(out.get()) != 1) fail();
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

}  // namespace

certificate_pair make_self_signed(const std::vector<std::string>& names, const std::vector<std::string>& addresses) {
  const key_ptr key(EVP_EC_gen("P-256"));
  const certificate_ptr certificate(X509_new());
  if (!key || !certificate) fail();
  X509* c = certificate.get();
  std::uint64_t serial = 0;
  if (RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) != 1) fail();
  X509_set_version(c, version_3);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(c), serial >> 1);
  X509_gmtime_adj(X509_getm_notBefore(c), -an_hour);
  X509_gmtime_adj(X509_getm_notAfter(c), a_year);
  X509_set_pubkey(c, key.get());
  X509_NAME* name = X509_get_subject_name(c);
  const std::string common = names.front().substr(0, ub_common_name);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(common.c_str()), -1, -1,
                             0);
  X509_set_issuer_name(c, name);
  std::string alternatives;
  for (const std::string& n : names) alternatives += (alternatives.empty() ? "DNS:" : ",DNS:") + n;
  for (const std::string& a : addresses) alternatives += ",IP:" + a;
  extend(c, NID_basic_constraints, "critical,CA:TRUE");
  extend(c, NID_key_usage, "critical,digitalSignature,keyCertSign");
  extend(c, NID_ext_key_usage, "serverAuth");
  extend(c, NID_subject_alt_name, alternatives);
  if (X509_sign(c, key.get(), EVP_sha256()) == 0) fail();
  return {pem([&](BIO* to) { return PEM_write_bio_X509(to, c); }), pem([&](BIO* to) {
            return PEM_write_bio_PKCS8PrivateKey(to, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

}  // namespace berth::controller
