#include "controller/config/flag_values.hpp"

#include "k8s/config/kubeconfig.hpp"
#include "scoring/arguments.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <exception>
#include <string_view>
#include <system_error>

namespace berth::controller {

namespace {

/// The whole text as a number; nothing where it is none or does not fit.
template <class T>
std::optional<T> read_number(std::string_view text) {
  T number{};
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_dns_name(std::string_view text) {
  const auto letter_or_digit = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  if (text.empty() || text.size() > 253) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (letter_or_digit(text[i])) continue;
    // '-' and '.' stand between letters and digits; a '.' not beside a '-' or another '.'.
    if (text[i] != '-' && text[i] != '.') return false;
    if (i == 0 || i + 1 == text.size()) return false;
    if (text[i] == '.' && (!letter_or_digit(text[i - 1]) || !letter_or_digit(text[i + 1]))) return false;
  }
  return true;
}

bool is_ip(const std::string& host) {
  unsigned char bytes[sizeof(in6_addr)];
  return inet_pton(AF_INET, host.c_str(), bytes) == 1 || inet_pton(AF_INET6, host.c_str(), bytes) == 1;
}

bool is_listen_address(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || !read_number<std::uint16_t>(std::string_view(text).substr(colon + 1))) return false;
  std::string host = text.substr(0, colon);
  const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (!bracketed && host.find(':') != std::string::npos) return false;
  return host.empty() ? !bracketed : host == "localhost" || is_ip(host);
}

}  // namespace

value_taker any_text(setter<std::string> set) {
  return [set](const std::string& value) -> refusal {
    if (value.find('\0') != std::string::npos) return "text without zero bytes";
    set(value);
    return std::nullopt;
  };
}

value_taker dns_name(setter<std::string> set) {
  return [set](const std::string& value) -> refusal {
    if (!is_dns_name(value)) return "a DNS name: lower-case letters, digits, '-' and '.', 253 at most";
    set(value);
    return std::nullopt;
  };
}

value_taker whole_number(std::int64_t least, std::int64_t most, setter<std::int64_t> set) {
  return [=](const std::string& value) -> refusal {
    const auto number = read_number<std::int64_t>(value);
    if (!number || *number < least || *number > most) return fmt::format("a whole number from {} to {}", least, most);
    set(*number);
    return std::nullopt;
  };
}

value_taker any_unsigned(setter<std::uint64_t> set) {
  return [set](const std::string& value) -> refusal {
    const auto number = read_number<std::uint64_t>(value);
    if (!number) return "a whole number from 0 to 18446744073709551615";
    set(*number);
    return std::nullopt;
  };
}

value_taker no_negative_number(setter<double> set) {
  return [set](const std::string& value) -> refusal {
    const auto number = read_number<double>(value);
    if (!number || !std::isfinite(*number) || *number < 0) return "a number, 0 or more";
    set(*number);
    return std::nullopt;
  };
}

value_taker positive_duration(setter<std::chrono::nanoseconds> set) {
  return [set](const std::string& value) -> refusal {
    const auto duration = scoring::parse_duration(value);
    if (!duration || duration->count() <= 0) return "a duration above 0, like 15s, 1m30s or 500ms";
    set(*duration);
    return std::nullopt;
  };
}

value_taker truth(setter<bool> set) {
  return [set](const std::string& value) -> refusal {
    const auto is = [&](std::initializer_list<std::string_view> words) {
      return std::find(words.begin(), words.end(), value) != words.end();
    };
    const bool yes = is({"true", "1", "t", "T", "TRUE", "True"});
    if (!yes && !is({"false", "0", "f", "F", "FALSE", "False"})) return "true or false";
    set(yes);
    return std::nullopt;
  };
}

value_taker one_of(std::vector<std::string> words, setter<std::string> set) {
  return [words = std::move(words), set](const std::string& value) -> refusal {
    if (std::find(words.begin(), words.end(), value) == words.end())
      return words.size() == 1 ? fmt::format("{}, which is all there is", words[0])
                               : fmt::format("one of {}", fmt::join(words, ", "));
    set(value);
    return std::nullopt;
  };
}

value_taker listen_address(bool may_be_off, setter<std::string> set) {
  return [=](const std::string& value) -> refusal {
    const bool off = value.empty() || value == "0";
    if (off ? !may_be_off : !is_listen_address(value))
      return fmt::format("[HOST]:PORT with HOST an IP address or localhost, PORT from 0 to 65535{}",
                         may_be_off ? ", nor 0 for not at all" : "");
    set(value);
    return std::nullopt;
  };
}

bool is_loopback(const std::string& address) {
  const std::string host = address.substr(0, address.rfind(':'));
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

value_taker loopback_address(setter<std::string> set) {
  return [set, well_formed = listen_address(true, [](const std::string&) {})](const std::string& value) -> refusal {
    if (refusal wrong = well_formed(value)) return wrong;
    if (value.find(':') == std::string::npos)
      set(value);
    else if (value.starts_with(':'))
      set("127.0.0.1" + value);
    else if (is_loopback(value))
      set(value);
    else
      return "an address of this host alone, like 127.0.0.1:10251: beyond it there is HTTPS, on --secure-port";
    return std::nullopt;
  };
}

value_taker server_address(setter<std::string> set) {
  return [set](const std::string& value) -> refusal {
    try {
      if (!value.empty()) k8s::parse_server_url(value, "");
    } catch (const std::exception&) {
      return "the URL of a server, like https://10.0.0.1:6443";
    }
    set(value);
    return std::nullopt;
  };
}

value_taker ip_address(setter<std::string> set) {
  return [set](const std::string& value) -> refusal {
    if (!value.empty() && !is_ip(value)) return "an IP address, like 127.0.0.1 or ::1";
    set(value);
    return std::nullopt;
  };
}

}  // namespace berth::controller
