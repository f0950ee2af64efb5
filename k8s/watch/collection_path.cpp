#include "k8s/watch/collection_path.hpp"

#include "k8s/text/ascii.hpp"

#include <string_view>

namespace berth::k8s {
namespace {

void append_parameter(std::string& path, std::string_view name, std::string_view value) {
  path += path.find('?') == path.npos ? '?' : '&';
  path += name;
  path += '=';
  path += percent_encoded(value);
}

}  // namespace

std::string path_of(const collection& what, const reflector_action& action) {
  std::string path = what.path;
  if (!what.selector.empty()) path += "?" + what.selector;
  if (action.what == reflector_action::kind::watch) {
    append_parameter(path, "watch", "true");
    append_parameter(path, "allowWatchBookmarks", "true");
    append_parameter(path, "timeoutSeconds", std::to_string(action.watch_timeout.count()));
  }
  if (action.limit > 0) append_parameter(path, "limit", std::to_string(action.limit));
  // A continue token has the version in it; both together are refused.
  if (!action.continue_token.empty())
    append_parameter(path, "continue", action.continue_token);
  else if (!action.version.empty())
    append_parameter(path, "resourceVersion", action.version);
  return path;
}

std::string path_of(const collection& what, const object_key& object) {
  std::string path = what.path;
  std::string which = "metadata.name=" + object.name;
  if (!object.namespace_.empty()) which += ",metadata.namespace=" + object.namespace_;
  append_parameter(path, "fieldSelector", which);
  return path;
}

}  // namespace berth::k8s
