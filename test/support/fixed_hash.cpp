#include "k8s/text/keyed_hash.hpp"

/// In place of k8s/text/keyed_hash.cpp: there the key is drawn when a process starts, and here a seed determines
/// everything, the order included in which tables are walked.
namespace berth::k8s {

const hash_key& process_hash_key() {
  static const hash_key key{0x0123456789abcdef, 0xfedcba9876543210};
  return key;
}

}  // namespace berth::k8s
