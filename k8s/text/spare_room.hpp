#pragma once

#include <cstddef>
#include <vector>

/// Gives back what a hash table or a list holds ready for a size that it no longer has. The standard containers never
/// do: one spike of pods would be paid for until the process ends.
///
/// Call it after taking something out. It does something only when less than an eighth is in use, so its cost is spread
/// over the removals that led there. It does not throw, and is no error to leave out: when there is no memory for the
/// smaller room, the larger one stays.
namespace berth::k8s {

/// Below this many places nothing is gained.
inline constexpr std::size_t little_room = 64;

constexpr bool has_spare_room(std::size_t used, std::size_t room) noexcept {
  return room > little_room && used < room / 8;
}

/// Iterators of the table are no longer good after it; references to what is in it are.
template <class Table>
void shrink_table(Table& table) noexcept {
  if (!has_spare_room(table.size(), table.bucket_count())) return;
  try {
    table.rehash(0);
  } catch (...) {
  }
}

/// Iterators, references and spans of the list are no longer good after it.
template <class T>
void shrink_list(std::vector<T>& list) noexcept {
  if (!has_spare_room(list.size(), list.capacity())) return;
  try {
    list.shrink_to_fit();
  } catch (...) {
  }
}

}  // namespace berth::k8s
