#pragma once

#include "controller/config/flag.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

/// The kinds of values that flags take. Each says what it accepts in the words that follow "is not" in an error, and
/// hands an accepted value to `set`.
namespace berth::controller {

template <class T>
using setter = std::function<void(T)>;

/// Sets a member, or an optional one. The member outlives the taker.
template <class T>
auto into(T& member) {
  return [&member](auto value) { member = std::move(value); };
}

/// Anything; empty is as if the flag were not given.
value_taker any_text(setter<std::string> set);
/// A DNS subdomain, as names of Kubernetes' objects are.
value_taker dns_name(setter<std::string> set);
/// From `least` to `most`, in decimal digits.
value_taker whole_number(std::int64_t least, std::int64_t most, setter<std::int64_t> set);
/// All 64 bits.
value_taker any_unsigned(setter<std::uint64_t> set);
/// A finite number, 0 or more.
value_taker no_negative_number(setter<double> set);
/// Whether "HOST:PORT" is reached from this host alone.
bool is_loopback(const std::string& address);
/// As Go writes durations, above 0.
value_taker positive_duration(setter<std::chrono::nanoseconds> set);
/// As Go's strconv.ParseBool reads it.
value_taker truth(setter<bool> set);
value_taker one_of(std::vector<std::string> words, setter<std::string> set);
/// "[HOST]:PORT" to listen on. With `may_be_off`, "" and "0" too.
value_taker listen_address(bool may_be_off, setter<std::string> set);
/// The same, to listen on for this host alone: without a HOST it is 127.0.0.1.
value_taker loopback_address(setter<std::string> set);
/// "http://host:port" or "https://host:port"; empty is as if the flag were not given.
value_taker server_address(setter<std::string> set);
/// An IPv4 or IPv6 address, or empty.
value_taker ip_address(setter<std::string> set);

}  // namespace berth::controller
