#include "test/reference/arguments.hpp"

#include "k8s/codec/cluster_file.hpp"
#include "k8s/text/json_of_value.hpp"

#include <stdexcept>

namespace berth::reference {

std::string text_in(const k8s::value& args, std::string_view field, std::string_view otherwise) {
  const k8s::value* v = args.find(field);
  return v != nullptr && v->as_string() != nullptr ? *v->as_string() : std::string(otherwise);
}

std::int64_t number_in(const k8s::value& args, std::string_view field, std::int64_t otherwise) {
  const k8s::value* v = args.find(field);
  return v != nullptr && v->as_int() != nullptr ? *v->as_int() : otherwise;
}

bool truth_in(const k8s::value& args, std::string_view field) {
  const k8s::value* v = args.find(field);
  return v != nullptr && v->as_bool() != nullptr && *v->as_bool();
}

std::vector<std::string> texts_in(const k8s::value& args, std::string_view field) {
  std::vector<std::string> texts;
  if (const k8s::value* v = args.find(field); v != nullptr && v->as_list() != nullptr)
    for (const k8s::value& one : *v->as_list()) texts.push_back(*one.as_string());
  return texts;
}

std::vector<weighed_resource> resources_in(const k8s::value& args) {
  std::vector<weighed_resource> resources;
  if (const k8s::value* v = args.find("resources"); v != nullptr && v->as_list() != nullptr)
    for (const k8s::value& one : *v->as_list()) {
      const std::int64_t weight = number_in(one, "weight", 1);
      resources.push_back({text_in(one, "name"), weight == 0 ? 1 : weight});
    }
  if (resources.empty()) resources = {{"cpu", 1}, {"memory", 1}};
  return resources;
}

std::vector<shape_point> shape_in(const k8s::value& args) {
  std::vector<shape_point> shape;
  if (const k8s::value* v = args.find("shape"); v != nullptr && v->as_list() != nullptr)
    for (const k8s::value& point : *v->as_list())
      shape.push_back({number_in(point, "utilization", 0), 10 * number_in(point, "score", 0)});
  return shape;
}

std::int64_t value_at(const std::vector<shape_point>& shape, std::int64_t utilization) {
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (utilization > shape[i].utilization) continue;
    if (i == 0) return shape[0].score;
    const shape_point &a = shape[i - 1], &b = shape[i];
    return a.score + (b.score - a.score) * (utilization - a.utilization) / (b.utilization - a.utilization);
  }
  return shape.back().score;
}

k8s::pod_ptr pod_with(std::string_view field, const k8s::value& what) {
  k8s::json_writer w;
  w.begin_object();
  w.member("apiVersion", "v1").member("kind", "Pod");
  w.begin_object("metadata").member("name", "p").end_object();
  w.begin_object("spec").key(field);
  k8s::write(w, what);
  w.end_object().end_object();
  const k8s::cluster_objects read = k8s::read_cluster(w.take(), "arguments").value();
  if (read.pods.empty()) throw std::runtime_error(std::string(field) + " in the arguments of a plugin cannot be read");
  return read.pods.front();
}

}  // namespace berth::reference
