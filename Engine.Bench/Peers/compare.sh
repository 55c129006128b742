#!/usr/bin/env bash
# Times Engine and its peers in turn, several times, and prints a table of medians and ratios.
#   compare.sh [--case step|decode] [--preset toy|tiny|base] [--rounds N] [--threads N] [--seconds S]
# Defaults: --case step --preset tiny --rounds 5 --threads 2 --seconds 8. A peer that is not installed is left out.
# Each round runs Engine, then each peer. Nothing else may run meanwhile. README.md says which ratio to quote.
set -euo pipefail
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
export PEER_ROOT=${PEER_ROOT:-/opt/engine-peers}
case=step preset=tiny rounds=5 threads=2 seconds=8
while [ $# -gt 0 ]; do
  case "$1" in
    --case | --preset | --rounds | --threads | --seconds) [ $# -gt 1 ] && declare "${1#--}=$2" && shift 2 && continue ;;
  esac
  sed -n '3,3s/^# *//p' "$0" >&2
  exit 2
done

dotnet build "$here/../Engine.Bench.csproj" -c Release --nologo -v quiet -clp:ErrorsOnly >&2
bench=$(find "$here/../bin/Release" -name Engine.Bench.dll | head -n 1)
options=(--preset "$preset" --threads "$threads" --seconds "$seconds")
has_torch=$([ -e "$PEER_ROOT/usr/bin/python3" ] && echo yes || echo no)
has_torchsharp=$([ -e "$PEER_ROOT/peers/torchsharp/TorchSharpPeer" ] && echo yes || echo no)
[ $has_torch = yes ] || echo "PyTorch is not in $PEER_ROOT; setup.sh torch installs it" >&2
[ $has_torchsharp = yes ] || [ $case = decode ] \
  || echo "TorchSharp is not in $PEER_ROOT; setup.sh torchsharp installs it" >&2

# Each function prints JSON lines.
engine() { dotnet "$bench" quick --only "$1" "${options[@]}"; }
torch() { [ $has_torch = no ] || "$here/run.sh" "$1" "${options[@]}" "${@:2}"; }
torchsharp() { [ $has_torchsharp = no ] || "$here/run.sh" torchsharp-step "${options[@]}"; }

# value KEY: the key's value in each JSON line of standard input.
value() { grep -o "\"$1\": *\"\?[0-9a-z.]*" | sed 's/.*[:" ]//'; }

measure() {
  for ((round = 1; round <= rounds; round++)); do
    echo "round $round of $rounds" >&2
    case $case in
      step)
        engine training_step | value ms_median | sed 's/^/step Engine /'
        torch torch-step | value ms_median | sed 's/^/step PyTorch /'
        torchsharp | value ms_median | sed 's/^/step TorchSharp /'
        ;;
      decode)
        engine decode | while read -r line; do
          echo "$(value strategy <<< "$line") Engine $(value sentences_per_s <<< "$line")"
        done
        torch torch-decode | value sentences_per_s | sed 's/^/greedy PyTorch /'
        torch torch-decode --beam 4 | value sentences_per_s | sed 's/^/beam4 PyTorch /'
        ;;
    esac
  done
}

case $case in
  step) unit="ms a step" ;;
  decode) unit="sentences a second" ;;
  *) echo "compare.sh: unknown case '$case'; the cases are step and decode" >&2; exit 2 ;;
esac
echo "$preset, $threads threads, $rounds rounds; $unit; a ratio above 1: Engine is faster"
measure | sort -k1,1r -k2,2 -k3,3g | awk '
  function finish() {
    if (count == 0) return
    median = count % 2 ? values[(count + 1) / 2] : (values[count / 2] + values[count / 2 + 1]) / 2
    if (name == "Engine") ours[what] = median
    ratio = what == "step" ? median / ours[what] : ours[what] / median
    printf "%-8s %-12s %10.1f %10.1f %10.1f %8.2f\n", what, name, median, values[1], values[count], ratio
    count = 0
  }
  BEGIN { printf "%-8s %-12s %10s %10s %10s %8s\n", "", "", "median", "lowest", "highest", "ratio" }
  $1 != what || $2 != name { finish(); what = $1; name = $2 }
  { values[++count] = $3 }
  END { finish() }'
