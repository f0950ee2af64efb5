#include "test/k8s/certificates.hpp"

#include "k8s/http/freed_by.hpp"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace berth::test {
namespace {

using bio_ptr = std::unique_ptr<BIO, k8s::freed_by<BIO_free>>;
using x509_ptr = std::unique_ptr<X509, k8s::freed_by<X509_free>>;
using key_ptr = std::unique_ptr<EVP_PKEY, k8s::freed_by<EVP_PKEY_free>>;
using extension_ptr = std::unique_ptr<X509_EXTENSION, k8s::freed_by<X509_EXTENSION_free>>;

std::string text_of(const bio_ptr& out) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(out.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

certificate_and_key as_pem(X509* certificate, EVP_PKEY* key) {
  const bio_ptr c(BIO_new(BIO_s_mem())), k(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(c.get(), certificate);
  PEM_write_bio_PrivateKey(k.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return {text_of(c), text_of(k)};
}

void extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const extension_ptr extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  if (!extension) throw std::invalid_argument("certificate extension " + value);
  X509_add_ext(certificate, extension.get(), -1);
}

x509_ptr blank(const std::string& common_name, EVP_PKEY* key, int from_day, int to_day) {
  static long serial = 1;
  x509_ptr certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial++);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), from_day * 86400L);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), to_day * 86400L);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1, 0);
  return certificate;
}

}  // namespace

std::string locked(const std::string& key, const std::string& password) {
  const bio_ptr in(BIO_new_mem_buf(key.data(), static_cast<int>(key.size()))), out(BIO_new(BIO_s_mem()));
  const key_ptr plain(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
  PEM_write_bio_PKCS8PrivateKey(out.get(), plain.get(), EVP_aes_256_cbc(), password.data(),
                                static_cast<int>(password.size()), nullptr, nullptr);
  return text_of(out);
}

struct test_authority::keys {
  key_ptr key{EVP_EC_gen("P-256")};
  x509_ptr certificate;
};

test_authority::test_authority(const std::string& common_name) : keys_(std::make_unique<keys>()) {
  keys_->certificate = blank(common_name, keys_->key.get(), -2, 3);
  X509* own = keys_->certificate.get();
  X509_set_issuer_name(own, X509_get_subject_name(own));
  extend(own, own, NID_basic_constraints, "critical,CA:TRUE");
  extend(own, own, NID_key_usage, "critical,keyCertSign,cRLSign");
  X509_sign(own, keys_->key.get(), EVP_sha256());
  own_ = as_pem(own, keys_->key.get());
}

test_authority::~test_authority() = default;

certificate_and_key test_authority::issue(const std::string& common_name, const std::string& alternative_names,
                                          int from_day, int to_day) const {
  const key_ptr key(EVP_EC_gen("P-256"));
  const auto certificate = blank(common_name, key.get(), from_day, to_day);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(keys_->certificate.get()));
  if (!alternative_names.empty())
    extend(certificate.get(), keys_->certificate.get(), NID_subject_alt_name, alternative_names);
  X509_sign(certificate.get(), keys_->key.get(), EVP_sha256());
  return as_pem(certificate.get(), key.get());
}

}  // namespace berth::test
