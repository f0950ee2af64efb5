#include "k8s/http/tls.hpp"

#include "k8s/http/freed_by.hpp"
#include "k8s/http/key_pair.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <string_view>

namespace berth::k8s {
namespace {

namespace ssl = boost::asio::ssl;

using bio_ptr = std::unique_ptr<BIO, freed_by<BIO_free>>;
using names_ptr = std::unique_ptr<GENERAL_NAMES, freed_by<GENERAL_NAMES_free>>;

/// Of TLS 1.2, as Go's clients offer them: each with forward secrecy. Those of TLS 1.3 all have it.
constexpr const char* ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";

/// OpenSSL's own callback would ask on the terminal.
int no_password(char*, int, int, void*) { return -1; }

std::string name_text(const X509_NAME* name) {
  const bio_ptr out(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB);
  char* data = nullptr;
  const auto size = BIO_get_mem_data(out.get(), &data);
  return std::string(data, static_cast<std::size_t>(size)).substr(0, 200);
}

std::string time_text(const ASN1_TIME* time) {
  std::tm parts{};
  if (!ASN1_TIME_to_tm(time, &parts)) return "an unreadable time";
  char text[32];
  const auto size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return std::string(text, size);
}

/// "kubernetes, 10.0.0.1": what a certificate is for.
std::string alternative_names(const X509* certificate) {
  const names_ptr names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::string out;
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()) && out.size() < 400; ++i) {
    const auto* one = sk_GENERAL_NAME_value(names.get(), i);
    std::string text;
    if (one->type == GEN_DNS) {
      text.assign(reinterpret_cast<const char*>(ASN1_STRING_get0_data(one->d.dNSName)),
                  static_cast<std::size_t>(ASN1_STRING_length(one->d.dNSName)));
    } else if (one->type == GEN_IPADD) {
      const auto* bytes = ASN1_STRING_get0_data(one->d.iPAddress);
      using boost::asio::ip::address_v4;
      using boost::asio::ip::address_v6;
      if (ASN1_STRING_length(one->d.iPAddress) == 4) {
        address_v4::bytes_type v4;
        std::copy_n(bytes, 4, v4.begin());
        text = address_v4(v4).to_string();
      } else if (ASN1_STRING_length(one->d.iPAddress) == 16) {
        address_v6::bytes_type v6;
        std::copy_n(bytes, 16, v6.begin());
        text = address_v6(v6).to_string();
      }
    }
    if (!text.empty()) out += (out.empty() ? "" : ", ") + text;
  }
  return out.empty() ? "no name at all" : out;
}

}  // namespace

result<std::shared_ptr<tls_context>> make_tls_context(const tls_material& material) {
  auto context = std::make_shared<tls_context>(tls_context::tls_client);
  SSL_CTX* native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_cipher_list(native, ciphers);
  // An idle connection keeps 34 KiB less.
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_default_passwd_cb(native, no_password);

  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(native), X509_V_FLAG_PARTIAL_CHAIN);
  if (material.authority.empty()) {
    SSL_CTX_set_default_verify_paths(native);
  } else {
    const auto trusted = trust_authorities(native, {material.authority, material.authority_from});
    if (!trusted) return trusted.error();
  }
  if (!material.certificate.empty()) {
    const auto shown =
        use_key_pair(native, {material.certificate, material.certificate_from}, {material.key, material.key_from});
    if (!shown) return shown.error();
  }
  context->set_verify_mode(material.verify ? ssl::verify_peer : ssl::verify_none);
  return context;
}

bool expect_peer(SSL* native, const std::string& name) {
  auto* parameters = SSL_get0_param(native);
  boost::system::error_code no_address;
  boost::asio::ip::make_address(name, no_address);
  if (!no_address) return X509_VERIFY_PARAM_set1_ip_asc(parameters, name.c_str()) == 1;
  const std::string host = name.ends_with('.') ? name.substr(0, name.size() - 1) : name;
  X509_VERIFY_PARAM_set_hostflags(parameters,
                                  X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return X509_VERIFY_PARAM_set1_host(parameters, host.data(), host.size()) == 1 &&
         SSL_set_tlsext_host_name(native, host.c_str()) == 1;
}

void note_refusal(X509_STORE_CTX* at, const std::string& name, peer_refusal& into) {
  if (!into.reason.empty()) return;
  const int code = X509_STORE_CTX_get_error(at);
  const X509* certificate = X509_STORE_CTX_get_current_cert(at);
  if (!certificate) certificate = X509_STORE_CTX_get0_cert(at);
  const std::string subject = certificate ? name_text(X509_get_subject_name(certificate)) : "no certificate";
  switch (code) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      into.reason =
          "the server's certificate (" + subject + ") expired at " + time_text(X509_get0_notAfter(certificate));
      break;
    case X509_V_ERR_CERT_NOT_YET_VALID:
      into.reason = "the server's certificate (" + subject + ") is not valid before " +
                    time_text(X509_get0_notBefore(certificate));
      break;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      into.reason = "the server's certificate is for " + alternative_names(certificate) + ", not for " + name;
      break;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      into.reason = "the server's certificate (" + subject + ") was issued by an authority that is not trusted: " +
                    (certificate ? name_text(X509_get_issuer_name(certificate)) : std::string());
      break;
    default:
      into.reason =
          "the server's certificate (" + subject + ") was not accepted: " + X509_verify_cert_error_string(code);
  }
}

bool is_tls_failure(const boost::system::error_code& code) {
  return code.category() == boost::asio::error::get_ssl_category();
}

bool refuses_our_certificate(const boost::system::error_code& code) {
  if (!is_tls_failure(code)) return false;
  switch (ERR_GET_REASON(static_cast<unsigned long>(code.value()))) {
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
      return true;
    default:
      return false;
  }
}

std::string describe_tls_failure(const boost::system::error_code& code, const peer_refusal& refusal) {
  if (!refusal.reason.empty()) return refusal.reason;
  if (!is_tls_failure(code)) return code.message();
  if (refuses_our_certificate(code)) return "the server did not accept our certificate: " + code.message();
  const int reason = ERR_GET_REASON(static_cast<unsigned long>(code.value()));
  switch (reason) {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
      return "the server does not speak TLS (is it an http:// server?)";
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
      return "the server does not offer TLS 1.2 or newer";
    default:
      return code.message();
  }
}

}  // namespace berth::k8s
