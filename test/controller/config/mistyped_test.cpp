#include "controller/config/options.hpp"
#include "test/controller/config/command_lines.hpp"

#include <doctest/doctest.h>

using namespace berth::controller;
using namespace berth::test;

/// Words as people type them: mistyped, in other letters, as other programs have them.
TEST_CASE("options: what is mistyped is named, with the nearest that there is") {
  CHECK(complaint({"expalin"}, 2) == "unknown command \"expalin\"; did you mean \"explain\"?");
  CHECK(complaint({"frobnicate"}, 2) ==
        "unknown command \"frobnicate\"; there are run, extender, explain, simulate, trace, version, help");
  CHECK(complaint({"--kubecofnig=f"}) == "unknown flag --kubecofnig; did you mean --kubeconfig?");
  CHECK(complaint({"--kubecofnig", "f"}) == "unknown flag --kubecofnig; did you mean --kubeconfig?");
  CHECK(complaint({"--xyzzyxyzzy"}) == "unknown flag --xyzzyxyzzy; see --help");
  CHECK(complaint({"-x"}) == "unknown flag -x; see --help");
  CHECK(complaint({"explain", "--cluster", "f", "--confg=x"}, 2) == "unknown flag --confg; did you mean --config?");
  CHECK(complaint({"run", "--cluster=f"}) == "run has no flag --cluster, only `explain` and `simulate` have");
  CHECK(complaint({"--listen=:1"}) == "run has no flag --listen, only `extender` has");
  CHECK(complaint({"run", "explain"}) == "run takes no \"explain\", only flags; see `run --help`");
  CHECK(complaint({"version", "1"}, 2) == "version takes no \"1\", only flags; see `version --help`");
  CHECK(complaint({"help", "explian"}, 2) == "unknown command \"explian\"; did you mean \"explain\"?");
  CHECK(complaint({"help", "run", "trace"}, 2) == "help tells of one command at a time");
}

TEST_CASE("options: line breaks in what was typed break no line of what is said") {
  CHECK(complaint({"--a\r\nb"}) == "unknown flag --a??b; see --help");
  CHECK(complaint({"a\nbcdefgh"}, 2).starts_with("unknown command \"a?bcdefgh\"; "));
  CHECK(complaint({"--v=\n"}).starts_with("--v: \"?\" is not "));
  CHECK(complaint({"trace", "--\n"}, 2) == "unknown flag --?; see --help");
  CHECK(complaint({"version", "\x7f"}, 2) == "version takes no \"?\", only flags; see `version --help`");
  CHECK(complaint({"explain", "pod", "a\nb/c/d"}, 2).find('\n') == std::string::npos);
}

TEST_CASE("options: a command in other letters, its beginning, or its name elsewhere is answered with the command") {
  const auto meant = [](const std::string& typed) { return complaint({typed}, 2); };
  for (const auto& [typed, command] : std::vector<std::pair<std::string, std::string>>{{"EXPLAIN", "explain"},
                                                                                       {"Run", "run"},
                                                                                       {"sim", "simulate"},
                                                                                       {"ext", "extender"},
                                                                                       {"webhook", "extender"},
                                                                                       {"start", "run"},
                                                                                       {"describe", "explain"},
                                                                                       {"logs", "trace"},
                                                                                       {"ver", "version"}})
    CHECK(meant(typed) == "unknown command \"" + typed + "\"; did you mean \"" + command + "\"?");
  CHECK(meant("get").find("there are run,") != std::string::npos);
}

TEST_CASE("options: a switch takes its value behind an equals sign, and the word that stands alone is told so") {
  CHECK(complaint({"--leader-elect", "false"}, 2) ==
        "--leader-elect takes \"false\" only behind an equals sign: --leader-elect=false");
  CHECK(complaint({"run", "--leader-elect", "true", "--v", "4"}, 2).ends_with(": --leader-elect=true"));
  CHECK(complaint({"--profiling", "false"}, 2).ends_with(": --profiling=false"));
  CHECK(complaint({"trace", "-w", "true", "pod", "a/b"}, 2).ends_with(": --watch=true"));
  CHECK(complaint({"explain", "--pod", "a/b", "true"}, 2) == "accepted");  // a file called so
}

TEST_CASE("options: flags with a long dash, as pages show them, are told from files and commands") {
  for (const std::string dash : {"\u2014", "\u2013", "\u2212"})
    CHECK(complaint({dash + "leader-elect=true"}, 2) ==
          "\"" + dash +
              "leader-elect=true\" begins with a long dash, which word processors make of two short ones: type "
              "--leader-elect=true");
}

TEST_CASE("options: help is given for --help=true, too, and not for --help=false") {
  for (const char* asked : {"--help=true", "-h=true", "--help=1", "-help"})
    CHECK(std::get<print_and_exit>(parse_command_line({"explain", asked})).text.starts_with("Usage: berth explain"));
  CHECK(run({"--help=false"}).config.empty());
  CHECK(complaint({"--help=maybe"}) == "--help: \"maybe\" is not true or false");
}

TEST_CASE("options: what is wrong ends with 2, but where kube-scheduler would end with 1") {
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"schedule"}, {"explain", "--nope"}, {"simulate"}, {"trace"}, {"trace", "--nope"}, {"version", "--nope"}})
    complaint(words, 2);
  for (const auto& words : std::vector<std::vector<std::string>>{{"--nope"}, {"run", "--nope"}, {"extender", "--nope"}})
    complaint(words, 1);
}

TEST_CASE("options: a flag that other programs call otherwise is known by that name, too") {
  CHECK(complaint({"trace", "--server=http://x", "pod", "a/b"}, 2) == "unknown flag --server; did you mean --from?");
  CHECK(complaint({"trace", "--master=http://x", "pod", "a/b"}, 2) ==
        "trace has no flag --master; did you mean --from?");
  CHECK(complaint({"explain", "-f", "x"}, 2) == "unknown flag -f; did you mean --cluster?");
  CHECK(complaint({"trace", "--follow", "pod", "a/b"}, 2) == "unknown flag --follow; did you mean --watch?");
  CHECK(complaint({"run", "--log-level=debug"}) == "unknown flag --log-level; did you mean --v?");
  CHECK(complaint({"extender", "--port", "8080"}) == "unknown flag --port; did you mean --listen?");
  CHECK(complaint({"version", "-o", "json"}, 2) ==
        "version has no flag -o, only `explain`, `simulate` and `trace` have");
  CHECK(complaint({"explain", "--server=http://x", "pod", "a/b"}, 2) ==
        "unknown flag --server; did you mean --master?");
}
