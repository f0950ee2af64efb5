#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

/// Go's sort.Slice, which is not stable: elements that compare equal come out in the order in which its
/// pattern-defeating quicksort leaves them, and so they must here. Victims of one priority and one start are such
/// elements, and which of them is spared hangs on their order.
///
/// `less(a, b)` is a strict weak order. Checked against Go's own in tests. Upstream: Go 1.26, sort/zsortfunc.go.
namespace berth::scoring {

template <class T, class Less>
class go_sorter {
 public:
  go_sorter(std::vector<T>& items, Less by) : items_(items), less_(std::move(by)) {}
  void run() { sort(0, items_.size(), static_cast<int>(std::bit_width(items_.size()))); }

 private:
  using at = std::size_t;
  enum class hint { unknown, increasing, decreasing };

  bool less(at i, at j) { return less_(items_[i], items_[j]); }
  void swap(at i, at j) { std::swap(items_[i], items_[j]); }

  void insertion_sort(at a, at b) {
    for (at i = a + 1; i < b; ++i)
      for (at j = i; j > a && less(j, j - 1); --j) swap(j, j - 1);
  }

  void sift_down(at root, at end, at first) {
    for (;;) {
      at child = 2 * root + 1;
      if (child >= end) return;
      if (child + 1 < end && less(first + child, first + child + 1)) ++child;
      if (!less(first + root, first + child)) return;
      swap(first + root, first + child);
      root = child;
    }
  }

  void heap_sort(at a, at b) {
    const at n = b - a;
    for (at i = (n - 1) / 2 + 1; i-- > 0;) sift_down(i, n, a);
    for (at i = n; i-- > 0;) {
      swap(a, a + i);
      sift_down(0, i, a);
    }
  }

  // `limit`: how many very uneven partitions are allowed before the heap takes over.
  void sort(at a, at b, int limit) {
    bool balanced = true;
    bool partitioned = true;
    for (;;) {
      const at length = b - a;
      if (length <= 12) return insertion_sort(a, b);
      if (limit == 0) return heap_sort(a, b);
      if (!balanced) {
        break_patterns(a, b);
        --limit;
      }
      auto [pivot, seen] = choose_pivot(a, b);
      if (seen == hint::decreasing) {
        for (at i = a, j = b - 1; i < j; ++i, --j) swap(i, j);
        pivot = (b - 1) - (pivot - a);
        seen = hint::increasing;
      }
      if (balanced && partitioned && seen == hint::increasing && nearly_sorted(a, b)) return;
      if (a > 0 && !less(a - 1, pivot)) {
        a = partition_equal(a, b, pivot);
        continue;
      }
      const auto [middle, already] = partition(a, b, pivot);
      partitioned = already;
      const at left = middle - a;
      const at right = b - middle;
      if (left < right) {
        balanced = left >= length / 8;
        sort(a, middle, limit);
        a = middle + 1;
      } else {
        balanced = right >= length / 8;
        sort(middle + 1, b, limit);
        b = middle;
      }
    }
  }

  // Less than the pivot to its left, the rest to its right: where it stands then, and whether nothing had to move.
  std::pair<at, bool> partition(at a, at b, at pivot) {
    swap(a, pivot);
    at i = a + 1;
    at j = b - 1;
    const auto narrow = [&] {
      while (i <= j && less(i, a)) ++i;
      while (i <= j && !less(j, a)) --j;
    };
    narrow();
    bool already = i > j;
    while (i <= j) {
      swap(i, j);
      ++i;
      --j;
      narrow();
    }
    swap(j, a);
    return {j, already};
  }

  // Nothing in [a, b) is less than the pivot: its equals to the left; where the greater ones begin.
  at partition_equal(at a, at b, at pivot) {
    swap(a, pivot);
    at i = a + 1;
    at j = b - 1;
    for (;;) {
      while (i <= j && !less(a, i)) ++i;
      while (i <= j && less(a, j)) --j;
      if (i > j) return i;
      swap(i, j);
      ++i;
      --j;
    }
  }

  // Mends a few neighbours that are out of order: whether all is sorted then.
  bool nearly_sorted(at a, at b) {
    constexpr int most_steps = 5;
    constexpr at shortest_to_shift = 50;
    at i = a + 1;
    for (int step = 0; step < most_steps; ++step) {
      while (i < b && !less(i, i - 1)) ++i;
      if (i == b) return true;
      if (b - a < shortest_to_shift) return false;
      swap(i, i - 1);
      if (i - a >= 2)
        for (at j = i - 1; j >= 1 && less(j, j - 1); --j) swap(j, j - 1);
      if (b - i >= 2)
        for (at j = i + 1; j < b && less(j, j - 1); ++j) swap(j, j - 1);
    }
    return false;
  }

  void break_patterns(at a, at b) {
    const at length = b - a;
    if (length < 8) return;
    std::uint64_t random = length;
    const std::uint64_t modulus = std::uint64_t{1} << std::bit_width(length);
    const at middle = a + length / 4 * 2;
    for (at i = middle - 1; i <= middle + 1; ++i) {
      random ^= random << 13;
      random ^= random >> 7;
      random ^= random << 17;
      at other = random & (modulus - 1);
      if (other >= length) other -= length;
      swap(i, a + other);
    }
  }

  std::pair<at, hint> choose_pivot(at a, at b) {
    const at length = b - a;
    int swaps = 0;
    at i = a + length / 4;
    at j = a + length / 4 * 2;
    at k = a + length / 4 * 3;
    if (length >= 8) {
      if (length >= 50) {
        i = median(i - 1, i, i + 1, swaps);
        j = median(j - 1, j, j + 1, swaps);
        k = median(k - 1, k, k + 1, swaps);
      }
      j = median(i, j, k, swaps);
    }
    return {j, swaps == 0 ? hint::increasing : swaps == 12 ? hint::decreasing : hint::unknown};
  }

  at median(at a, at b, at c, int& swaps) {
    const auto order = [&](at& x, at& y) {
      if (!less(y, x)) return;
      std::swap(x, y);
      ++swaps;
    };
    order(a, b);
    order(b, c);
    order(a, b);
    return b;
  }

  std::vector<T>& items_;
  Less less_;
};

template <class T, class Less>
void go_sort(std::vector<T>& items, Less less) {
  go_sorter<T, Less>(items, std::move(less)).run();
}

}  // namespace berth::scoring
