#include "controller/config/flag_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace berth::controller {

namespace {

const flag* find(const command_flags& in, std::string_view name) {
  for (const flag& f : in.flags)
    if (f.name == name || (name.size() == 1 && f.letter == name[0])) return &f;
  return nullptr;
}

const flag* find(const std::vector<command_flags>& in, std::string_view name) {
  for (const command_flags& c : in)
    if (const flag* f = find(c, name)) return f;
  return nullptr;
}

std::string name_of(std::string_view typed) {
  std::string name(typed.substr(0, typed.find('=')));
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

/// Splits from the front; a flag's value may be the word after it.
class splitter {
 public:
  splitter(const std::vector<std::string>& typed, const std::vector<command_flags>& all) : typed_(typed), all_(all) {}

  std::vector<argument> all() {
    while (at_ < typed_.size()) {
      const std::string& word = typed_[at_++];
      if (word == "--") break;
      if (word.starts_with("--"))
        long_flag(std::string_view(word).substr(2), "--");
      else if (word.size() > 1 && word[0] == '-')
        one_dash(std::string_view(word).substr(1));
      else
        out_.push_back({"", word, word});
    }
    for (; at_ < typed_.size(); ++at_) out_.push_back({"", typed_[at_], typed_[at_]});
    return std::move(out_);
  }

 private:
  void long_flag(std::string_view text, std::string_view dashes) {
    const std::string name = name_of(text);
    argument a{name, std::string(dashes) + std::string(text.substr(0, text.find('='))), std::nullopt};
    if (const auto equals = text.find('='); equals != std::string_view::npos)
      a.value = std::string(text.substr(equals + 1));
    else
      a.value = word_for(find(all_, name));
    out_.push_back(std::move(a));
  }

  /// -v4, -wojson, and -config=FILE: Go's own flags take one dash for two.
  void one_dash(std::string_view text) {
    if (const std::string name = name_of(text); name.size() > 1 && find(all_, name) != nullptr)
      return long_flag(text, "--");
    while (!text.empty()) {
      const std::string letter(text.substr(0, 1));
      text.remove_prefix(1);
      const flag* f = find(all_, letter);
      argument a{letter, "-" + letter, std::nullopt};
      const bool more = f != nullptr && f->is_switch() && !text.starts_with('=');
      if (!more && !text.empty()) {
        a.value = std::string(text.substr(text.starts_with('=') ? 1 : 0));
        text = {};
      } else if (!more) {
        a.value = word_for(f);
      }
      out_.push_back(std::move(a));
    }
  }

  /// The word that is the value of this flag, unless it is a flag itself.
  std::optional<std::string> word_for(const flag* f) {
    if (f == nullptr || f->is_switch() || at_ == typed_.size()) return std::nullopt;
    const std::string& next = typed_[at_];
    if (next.starts_with("--") && find(all_, name_of(std::string_view(next).substr(2))) != nullptr) return std::nullopt;
    ++at_;
    return next;
  }

  const std::vector<std::string>& typed_;
  const std::vector<command_flags>& all_;
  std::size_t at_ = 0;
  std::vector<argument> out_;
};

std::string unknown(const argument& a, const std::vector<command_flags>& among) {
  for (const command_flags& c : among)
    for (const auto& [elsewhere, here] : c.also_called)
      if (a.flag == elsewhere) return fmt::format("unknown flag {}; did you mean --{}?", a.typed, here);
  std::vector<std::string> known;
  for (const command_flags& c : among)
    for (const flag& f : c.flags)
      if (!f.help.empty()) known.push_back("--" + f.name);
  const std::string near = a.flag.size() == 1 ? "" : nearest("--" + a.flag, known);
  return fmt::format("unknown flag {}; {}", a.typed, near.empty() ? "see --help" : "did you mean " + near + "?");
}

/// "`run`", "`run` and `trace`", "`explain`, `simulate` and `trace`".
std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i)
    out += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  return out;
}

/// The flag is not this command's: whose it is.
std::string misplaced(const argument& a, const command_flags& command, const std::vector<command_flags>& all) {
  std::vector<std::string> owners;
  for (const command_flags& c : all)
    if (const flag* f = find(c, a.flag); f != nullptr && f->refused.empty()) owners.push_back("`" + c.name + "`");
  if (owners.empty()) return unknown(a, {command});
  for (const auto& [elsewhere, here] : command.also_called)
    if (a.flag == elsewhere) return fmt::format("{} has no flag {}; did you mean --{}?", command.name, a.typed, here);
  return fmt::format("{} has no flag {}, only {} {}", command.name, a.typed, joined(owners),
                     owners.size() == 1 ? "has" : "have");
}

std::optional<std::string> take(const argument& a, const flag& f) {
  if (!f.refused.empty()) return fmt::format("flag --{} is not supported: {}", f.name, f.refused);
  if (!a.value && !f.is_switch()) return fmt::format("{} needs a value: --{}={}", a.typed, f.name, f.value);
  const std::string value = a.value.value_or("true");
  if (const refusal why = f.take(value)) return fmt::format("--{}: \"{}\" is not {}", f.name, value, *why);
  return std::nullopt;
}

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::vector<argument> split_arguments(const std::vector<std::string>& typed, const std::vector<command_flags>& all) {
  return splitter(typed, all).all();
}

std::optional<std::string> find_misread_word(const std::vector<argument>& arguments,
                                             const std::vector<command_flags>& all) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const argument& a = arguments[i];
    if (!a.flag.empty()) continue;
    for (const std::string_view dash : {"\u2014", "\u2013", "\u2212"})
      if (a.typed.starts_with(dash))
        return fmt::format("\"{}\" begins with a long dash, which word processors make of two short ones: type --{}",
                           a.typed, std::string_view(a.typed).substr(dash.size()));
    const flag* before = i == 0 || arguments[i - 1].value ? nullptr : find(all, arguments[i - 1].flag);
    if (before != nullptr && before->is_switch() && (a.typed == "true" || a.typed == "false"))
      return fmt::format("{} takes \"{}\" only behind an equals sign: --{}={}", arguments[i - 1].typed, a.typed,
                         before->name, a.typed);
  }
  return std::nullopt;
}

std::optional<std::string> find_unknown_flag(const std::vector<argument>& arguments,
                                             const std::vector<command_flags>& all) {
  for (const argument& a : arguments)
    if (!a.flag.empty() && find(all, a.flag) == nullptr) return unknown(a, all);
  return std::nullopt;
}

std::optional<std::string> take_arguments(const std::vector<argument>& arguments, const command_flags& command,
                                          const std::vector<command_flags>& all) {
  for (const argument& a : arguments) {
    const flag* f = a.flag.empty() ? nullptr : find(command, a.flag);
    if (f != nullptr) {
      if (auto wrong = take(a, *f)) return wrong;
    } else if (!a.flag.empty()) {
      return misplaced(a, command, all);
    } else if (command.words != nullptr) {
      command.words->push_back(*a.value);
    } else {
      return fmt::format("{} takes no \"{}\", only flags; see `{} --help`", command.name, a.typed, command.name);
    }
  }
  for (const flag& f : command.flags) {
    const auto gives = [&](const argument& a) {
      return !a.flag.empty() && find(command, a.flag) == &f && a.value != "";
    };
    if (f.required && std::none_of(arguments.begin(), arguments.end(), gives))
      return fmt::format("--{} is required", f.name);
  }
  return std::nullopt;
}

std::string nearest(std::string_view word, const std::vector<std::string>& words) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string& w : words)
    if (const std::size_t d = distance(word, w); d < best_distance) best_distance = d, best = w;
  return best;
}

}  // namespace berth::controller
