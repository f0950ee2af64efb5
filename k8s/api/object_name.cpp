#include "k8s/api/object_name.hpp"

#include "k8s/api/label_syntax.hpp"

namespace berth::k8s {

bool is_object_name(std::string_view text) noexcept {
  constexpr std::size_t longest = 253;
  return text.size() <= longest && looks_like_subdomain(text);
}

}  // namespace berth::k8s
