#pragma once

namespace berth::k8s {

/// What becomes of a key that a map has already: an error, or the later value takes the earlier one's place.
enum class duplicate_keys { refuse, last_wins };

}  // namespace berth::k8s
