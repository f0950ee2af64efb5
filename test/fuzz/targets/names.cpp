#include "k8s/api/object_name.hpp"
#include "k8s/api/selector_faults.hpp"
#include "k8s/text/ascii.hpp"
#include "k8s/text/utf8.hpp"
#include "test/fuzz/fuzz.hpp"

/// Names of objects, keys and values of labels, segments of paths.
namespace berth::fuzz {

void names(std::string_view bytes) {
  const std::string encoded = k8s::percent_encoded(bytes);
  promise(encoded.find_first_of("/?#\r\n ") == encoded.npos && encoded != "." && encoded != "..", "one segment");
  promise(k8s::percent_decoded(encoded) == std::string(bytes), "a segment comes back as it was");
  if (k8s::is_object_name(bytes)) {
    promise(encoded == bytes, "a name needs no encoding");
    promise(!bytes.empty() && bytes.size() <= 253 && k8s::is_utf8(bytes), "a name is short");
    promise(bytes.size() > 63 || k8s::label_value_fault(bytes).empty(), "a short name is a label");
  }
  for (const std::string& fault : {k8s::label_key_fault(bytes), k8s::label_value_fault(bytes)})
    promise(is_one_line(fault) || !is_one_line(bytes), "a fault is one line");
  const std::string shown = k8s::excerpt(bytes, 64);
  promise(shown.size() <= 64 + 3 && k8s::is_utf8(shown) && is_one_line(shown), "an excerpt is short and one line");
  const std::string valid = k8s::valid_utf8(bytes);
  promise(k8s::is_utf8(valid) && (valid == bytes) == k8s::is_utf8(bytes), "what is no UTF-8 is replaced");
}

}  // namespace berth::fuzz
