#pragma once

#include "controller/offline/explain_pods.hpp"

#include <cstddef>
#include <iosfwd>
#include <map>
#include <string>
#include <utility>
#include <vector>

/// Judgements as people and programs read them. A report takes one judgement after another and keeps none of them, for
/// each has a row for every node. It borrows the stream.
namespace berth::controller {

/// Of the nodes that a pod was judged on, those that are shown: in the text the rows, in JSON the list `nodes`.
enum class shown_nodes { all, refused, best, none };

/// The stable form: an array with one entry for each pod (docs/explain.md, "JSON"), written as they come.
class json_report {
 public:
  explicit json_report(std::ostream& to, shown_nodes nodes = shown_nodes::all) : to_(to), nodes_(nodes) {}
  void add(const pod_judgement& pod);
  void finish();

 private:
  std::ostream& to_;
  shown_nodes nodes_;
  std::size_t pods_ = 0;
};

/// For each pod a verdict, then its nodes grouped by what they said, what is missing on them, and the scores of the
/// best few. Replicas of one owner, and pods of equal specs, that are judged equally are one entry with their number;
/// simulated, those that find a node are, with the nodes they go to. So entries are written at the end.
class text_report {
 public:
  explicit text_report(std::ostream& to, shown_nodes nodes = shown_nodes::all) : to_(to), nodes_(nodes) {}
  void add(const pod_judgement& pod);
  void finish();

 private:
  struct entry {
    std::string first;  ///< the pod's name
    std::string owner;  ///< "ReplicaSet default/web", or ""
    std::string verdict;
    std::string details;  ///< whole lines
    std::size_t pods = 0;
    std::map<std::string, std::size_t> placed;  ///< simulated: how many go to which node
  };
  void write(const entry& e) const;

  std::ostream& to_;
  shown_nodes nodes_;
  std::size_t pods_ = 0;
  std::size_t fitting_ = 0;
  std::vector<entry> entries_;
  std::map<std::pair<std::string, std::string>, std::size_t> numbers_;  ///< who, and judged how, to place in `entries_`
};

/// The lines below the verdict of one pod. One node's row, one amount and one score per line, none longer than needed.
std::string details_of(const pod_judgement& pod, shown_nodes nodes);
/// "n1, n2, n3, n4 and 7 more".
std::string shortened(const std::vector<std::string>& names);

void write_json(std::ostream& out, const std::vector<pod_judgement>& pods);
void write_text(std::ostream& out, const std::vector<pod_judgement>& pods);

}  // namespace berth::controller
