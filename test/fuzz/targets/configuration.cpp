#include "controller/config/configuration.hpp"

#include "controller/config/effective_configuration.hpp"
#include "k8s/text/value_reader.hpp"
#include "k8s/text/yaml_writer.hpp"
#include "test/fuzz/fuzz.hpp"

#include <string>

/// A KubeSchedulerConfiguration: what is accepted is accepted again as it is written out.
namespace berth::fuzz {

void configuration(std::string_view bytes) {
  static const scoring::registry plugins = scoring::default_registry();
  try {
    const auto read = controller::parse_configuration(bytes, "f");
    promise(!read.profiles.empty(), "there is a profile");
    const auto profiles = controller::make_profiles(read, plugins);
    promise(profiles.size() == read.profiles.size(), "each profile is made");

    const k8s::value document = k8s::read_value(bytes, "f").value();
    const std::string text = k8s::yaml_of(controller::effective_configuration(document, read));
    const auto again = controller::parse_configuration(text, "f");
    promise(again.profiles.size() == profiles.size(), "what is written has the same profiles");
    const k8s::value written = k8s::read_value(text, "f").value();
    promise(k8s::yaml_of(controller::effective_configuration(written, again)) == text, "and comes to the same");
  } catch (const scoring::configuration_error& refused) {
    promise(is_one_line(refused.what()), "an error is one line");
  }
}

}  // namespace berth::fuzz
