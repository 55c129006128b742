#!/usr/bin/env bash
# Runs the tests and counts which lines of Engine and Engine.Cli they reach: a table by folder, then the lines that no
# test reaches. TestResults/coverage has the same as lcov and cobertura files. Options go to dotnet test, such as
# --filter FullyQualifiedName~Engine.Tests.Text.
set -euo pipefail
cd "$(dirname "$0")"
results=TestResults/coverage
rm -rf "$results"
# Left out: a program that runs as another user, which cannot write down its lines and spoils what others wrote; and
# tests of the paths in recorded steps, which are the real paths here.
out='FullyQualifiedName!~A_model_folder_without_permission&FullyQualifiedName!~A_step_is_told_forward_then_back'
out+='&FullyQualifiedName!~A_node_has_its_formula_its_inputs_its_module_and_its_line'
out+='&FullyQualifiedName!~Optimized_code_names_lines_of_the_methods_that_call_the_operations'
[[ "$*" == *--filter* ]] || set -- --filter "$out" "$@"
status=0
dotnet test --nologo -p:CountsLines=true --collect "XPlat Code Coverage" --settings coverage.runsettings \
  --results-directory "$results" "$@" || status=$? # the table comes also when a test fails
awk -v root="$(cd .. && pwd)/" '
  /^SF:/ {
    file = substr($0, 4); sub(root, "", file)
    parts = split(file, part, "/"); folder = part[1] (parts > 2 ? "/" part[2] : "")
  }
  /^DA:/ {
    split(substr($0, 4), line, ",")
    lines[folder]++; all++
    if (line[2] > 0) { reached[folder]++; hit++ } else missed[file] = missed[file] " " line[1]
  }
  END {
    for (folder in lines) print share(folder, reached[folder], lines[folder]) | "sort"
    close("sort")
    print share("all", hit, all) "\n\nLines that no test reaches:"
    for (file in missed) print file ": " ranges(missed[file]) | "sort"
  }
  function share(name, some, of) {
    return sprintf("%-28s %5d of %5d lines, %5.1f%%", name, some, of, 100 * some / of)
  }
  function ranges(list,    number, last, is, i, text) { # "5 3 4 9" becomes "3-5 9"
    split(list, number, " "); last = 0
    for (i in number) { is[number[i]] = 1; if (number[i] + 0 > last) last = number[i] + 0 }
    for (i = 1; i <= last; i++) {
      if (!(i in is)) continue
      text = text " " i
      if ((i + 1) in is) { while ((i + 1) in is) i++; text = text "-" i }
    }
    return substr(text, 2)
  }' "$results"/*/coverage.info
exit "$status"
