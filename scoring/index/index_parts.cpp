#include "scoring/index/index_parts.hpp"

#include <utility>

namespace berth::scoring {

const index_part& index_parts::find(const std::type_info& type, std::unique_ptr<index_part> (*make)(),
                                    const std::function<void(index_part&)>& tell_all) {
  for (const entry& e : list_)
    if (*e.type == type) return *e.part;
  std::unique_ptr<index_part> made = make();
  tell_all(*made);
  list_.push_back({&type, std::move(made)});
  return *list_.back().part;
}

}  // namespace berth::scoring
