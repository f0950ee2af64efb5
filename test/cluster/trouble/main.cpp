#include "controller/commands/command_line.hpp"
#include "scoring/make_plugin.hpp"
#include "trouble.hpp"

namespace scoring = berth::scoring;

namespace {

/// As PrioritySort, but for pods that are labelled so: comparing them throws.
class throwing_sort final : public scoring::plugin, public scoring::queue_sort_plugin {
 public:
  std::string_view name() const override { return "ThrowingSort"; }
  bool before(const scoring::queued_pod& a, const scoring::queued_pod& b) const override {
    if (throws(a) || throws(b)) throw 1;
    return a.queued_at < b.queued_at;
  }

 private:
  static bool throws(const scoring::queued_pod& p) {
    const std::string* at = p.pod->spec().labels.find("at");
    return at != nullptr && *at == "queueSort";
  }
};

}  // namespace

int main(int argc, char** argv) {
  scoring::registry plugins = scoring::default_registry();
  plugins.add("ThrowingSort", scoring::make_plugin<throwing_sort>);
  plugins.add("Trouble", [](scoring::arguments& args, const scoring::plugin_context&) {
    args.finish();
    return std::make_unique<berth::test::trouble>(std::make_shared<std::set<std::string>>());
  });
  return berth::controller::run_command_line(argc, argv, plugins);
}
