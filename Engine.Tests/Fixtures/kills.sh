#!/usr/bin/env bash
# Kills training runs and resumes them: whatever the moment, the folder has a whole model or none yet, and the resumed
# run ends with the bits of a run that nobody killed.
#   kills.sh Engine.Cli.dll [COUNT]     COUNT random kills (30), and six kills of runs with --overwrite
set -euo pipefail
cli=$(realpath "${1:?kills.sh Engine.Cli.dll [COUNT]}")
count=${2:-30}
work=$(mktemp -d)
trap 'kill -KILL "${run:-}" 2> /dev/null || true; rm -rf "$work"' EXIT
cd "$work"
RANDOM=${SEED:-14}

for i in $(seq 0 59); do echo "a$((i % 7)) b$((i % 5)) c$((i % 3))"; done > first.x
for i in $(seq 0 59); do echo "d$((i % 6)) e$((i % 4)) f$((i % 5))"; done > second.x
tr a-z A-Z < first.x > first.y
tr a-z A-Z < second.x > second.y

options=(--d-model 8 --heads 2 --layers 1 --d-ff 16 --batch-tokens 64 --threads 1 --valid-every 2 --average 3
    --keep-checkpoints 5)
train() { # train TEXT FOLDER MORE...
    local text=$1 folder=$2
    shift 2
    exec dotnet "$cli" train --source "$text.x" --target "$text.y" --out "$folder" --log "$folder.jsonl" \
        --updates 200 "${options[@]}" "$@"
}
kept() { # kept FOLDER: the checkpoints that stay in the folder, with their hashes
    (cd "$1" && sha256sum kept-checkpoint-*.safetensors)
}
die() { echo "kills: $*"; exit 1; }
finish() { # finish TEXT FOLDER MORE...: runs to the end, and compares
    (train "$@" > log 2>&1) || { tail -n 3 log; die "$2 does not go on"; }
    cmp -s "$2/model.safetensors" "$1/model.safetensors" || die "$2 ends with other bits than $1"
    kept "$1" | diff -q - <(kept "$2") > log || die "$2 has other kept checkpoints than $1"
    ! ls -A "$2" | grep -q '^\.engine-' || die "$2 has files that are left over"
    # Each update is logged once, from 1 to 200.
    grep '"event":"update"' "$2.jsonl" | grep -oE '"update":[0-9]+' | cut -d : -f 2 | diff -q - <(seq 200) > log \
        || die "$2.jsonl has not each update once"
}
loads() { # loads FOLDER: which text the folder's model is of; the model must load and translate
    head -n 2 first.x | dotnet "$cli" translate --model "$1" > answer 2> log || { cat log; die "$1 does not load"; }
    if cmp -s answer first.answer; then echo first; else echo other; fi
}

for text in first second; do
    begun=$(date +%s%N)
    (train $text $text > log 2>&1) || { cat log; die "the run is refused"; }
    whole=$((($(date +%s%N) - begun) / 1000000)) # milliseconds of a whole run
done
head -n 2 first.x | dotnet "$cli" translate --model first > first.answer

# Random kills, at any time between a quarter of a whole run and its end, until a run comes to its end or has been
# killed ten times.
kills=0 saved=0
for ((n = 1; kills < count; n++)); do
    for ((k = 0; k < 10 && kills < count; k++)); do
        more=()
        if [ -e "run$n/training_state.safetensors" ]; then more=(--resume)
        elif [ -e "run$n" ]; then more=(--overwrite); fi
        (train first "run$n" "${more[@]}" > log 2>&1) & run=$!
        sleep "$(awk -v ms=$((whole / 4 + whole * 3 / 4 * RANDOM / 32768)) 'BEGIN { print ms / 1000 }')"
        kill -KILL $run 2> /dev/null || true
        status=0
        wait $run 2> /dev/null || status=$?
        [ $status -eq 137 ] || break # the run came to its end before the kill
        kills=$((kills + 1))
        [ -e "run$n/model.safetensors" ] || continue
        saved=$((saved + 1))
        # The resumed run reads the model too.
        if [ $((kills % 3)) -eq 0 ]; then loads "run$n" > /dev/null; fi
    done
    if [ -e "run$n/training_state.safetensors" ]; then finish first "run$n" --resume
    else finish first "run$n" --overwrite; fi
done

# Kills of runs that replace another run, each as soon as a file is there, or gone.
aims=('-e over/.engine-next' '-e over/.engine-next/model.safetensors'
    '-e over/.engine-next/training_state.safetensors' '-e over/.engine-ready'
    '! -e over/checkpoint-200.safetensors' '! -e over/.engine-next -a -e over/checkpoint-2.safetensors')
hits=0
for aim in "${aims[@]}"; do
    rm -rf over
    cp -r first over
    (train second over --overwrite > log 2>&1) & run=$!
    # shellcheck disable=SC2086
    until [ $aim ] || ! kill -0 $run 2> /dev/null; do :; done
    kill -KILL $run 2> /dev/null || true
    status=0
    wait $run 2> /dev/null || status=$?
    if [ $status -eq 137 ]; then hits=$((hits + 1)); fi # some aims stand for a moment only, and the run may be over
    found=$(loads over)
    report=over/run.json
    if [ -e over/.engine-ready/run.json ]; then report=over/.engine-ready/run.json; fi
    text=first
    if [ "$found" = other ]; then text=second; fi
    grep -q "\"$text.x\"" $report || die "after '$aim' the model is of $text, and run.json is another run's"
    echo "killed at [ $aim ]: the model of $text"
    more=(--resume)
    (train $text over "${more[@]}" > log 2>&1) || { tail -n 3 log; die "over does not go on"; }
    cmp -s over/model.safetensors $text/model.safetensors || die "over ends with other bits than $text"
    kept $text | diff -q - <(kept over) > log || die "over has other kept checkpoints than $text"
done
[ "$saved" -gt 0 ] || die "no random kill left a model"
[ "$hits" -gt 0 ] || die "no aimed kill hit its run"
echo "kills: $kills random kills, of which $saved left a model, and $hits of ${#aims[@]} aimed kills;" \
    "every run ended with the bits of a run that nobody killed"
