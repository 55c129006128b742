#!/usr/bin/env bash
# One process of two threads against two ranks of one thread, by mpirun on this machine: tokens a second, and the share
# of the ranks' time that goes into waiting and into exchanging gradients. The two run in turn; each figure is a median.
#   Engine.Bench/ranks.sh [ROUNDS [PRESET...]]     3 rounds of toy, tiny and base
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-3}
presets=("${@:2}")
[ ${#presets[@]} -gt 0 ] || presets=(toy tiny base)
dotnet build -c Release Engine.Cli --nologo -v quiet
cli=$PWD/Engine.Cli/bin/Release/net10.0/Engine.Cli.dll
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1

text() { # text NAME PAIRS WORDS VOCABULARY: lines of random words, all of the same length
    awk -v pairs="$2" -v words="$3" -v vocabulary="$4" -v file="$1" 'BEGIN {
        srand(1)
        for (i = 0; i < pairs; i++) {
            line = ""
            for (w = 0; w < words; w++) line = line " w" int(rand() * vocabulary)
            line = substr(line, 2)
            print line > (file ".x"); print line > (file ".y")
            if (i < 2) { print line > ("valid." file ".x"); print line > ("valid." file ".y") }
        }
    }'
}
text toy 4000 11 190
text tiny 12000 15 9700
text base 4000 23 7900
updates() { case $1 in toy) echo 900 ;; tiny) echo 24 ;; *) echo 9 ;; esac; }
more() { case $1 in toy) ;; tiny) echo --tokenizer word --average 0 ;; *) echo --batch-tokens 1024 ;; esac; }
figure() { grep -oE "\"$1\":[0-9.e+-]+" "$2" | tail -n 1 | cut -d : -f 2; }
median() { sort -g | awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'; }
run() { # run PRESET NAME COMMAND...
    local preset=$1 name=$2
    shift 2
    rm -rf out log
    # shellcheck disable=SC2046
    "$@" dotnet "$cli" train --preset "$preset" --source "$preset.x" --target "$preset.y" \
        --valid-source "valid.$preset.x" --valid-target "valid.$preset.y" --out out --log log --json \
        --updates "$(updates "$preset")" --valid-every 100000 --keep-checkpoints 0 $(more "$preset") \
        --threads "$threads" > result 2> errors || { tail -n 3 errors; exit 1; }
    figure tokens_per_second log >> "$preset.$name"
    [ "$name" = one ] && return
    awk -v s="$(figure seconds result)" -v w="$(figure waiting_seconds result)" -v x="$(figure exchanging_seconds result)" \
        'BEGIN { print 100 * w / s, 100 * x / s }' >> "$preset.shares"
    figure bytes_an_update result > "$preset.bytes"
}
for preset in "${presets[@]}"; do
    for ((round = 0; round < rounds; round++)); do
        threads=2 run "$preset" one env
        threads=1 run "$preset" two mpirun --bind-to none -n 2
    done
done
echo "| preset | one process, 2 threads | two ranks of 1 thread | ratio | waiting | exchanging | sent an update |"
echo "|---|---|---|---|---|---|---|"
for preset in "${presets[@]}"; do
    one=$(median < "$preset.one") two=$(median < "$preset.two")
    waiting=$(cut -d ' ' -f 1 "$preset.shares" | median) exchanging=$(cut -d ' ' -f 2 "$preset.shares" | median)
    awk -v p="$preset" -v a="$one" -v b="$two" -v w="$waiting" -v x="$exchanging" -v bytes="$(cat "$preset.bytes")" 'BEGIN {
        printf "| `%s` | %d tokens/s | %d tokens/s | %.2f | %.1f%% | %.1f%% | %.2f MB |\n", p, a, b, b / a, w, x, bytes / 1e6
    }'
done
echo "load of the machine during the runs, 1 and 5 minutes: $(cut -d ' ' -f 1,2 /proc/loadavg)"
