#include "controller/serving/metrics.hpp"

#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <sstream>
#include <utility>

namespace berth::controller {

metrics::metrics(const std::vector<std::string>& profiles)
    : registry_(std::make_unique<prometheus::Registry>()),
      scheduling(*registry_, profiles),
      plugins(*registry_, profiles),
      queue(*registry_),
      client(*registry_),
      process(*registry_) {}

metrics::~metrics() = default;

std::string metrics::text() {
  process.refresh();
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, registry_->Collect());
  return std::move(out).str();
}

}  // namespace berth::controller
