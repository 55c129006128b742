#!/usr/bin/env bash
# Makes the model folders beside this script, and what FixtureTests expects of them:
#
#   Engine.Tests/Fixtures/make.sh Engine.Cli.dll FOLDER
#
# The folders in the repository were made by the program of commit 2e0e5f3. They stay as that program wrote them, since
# they show that later programs read its files; so FOLDER is another folder. A later format adds folders of its own.
set -euo pipefail
export LC_ALL=C
cli=$(realpath "$1")
data=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../../data/zh-en")
mkdir "$2"
cd "$2"

engine() { dotnet "$cli" "$@" 2> messages || { cat messages >&2; exit 1; }; }

# A model's folder without what only a run needs. It is validated with its training text, which it learns by heart.
model() {
    local name=$1 source=$2 target=$3
    shift 3
    engine train --preset toy --layers 1 --dropout 0 --learning-rate 0.02 --warmup 20 --batch-tokens 256 --threads 2 \
        --source "$source" --target "$target" --valid-source "$source" --valid-target "$target" --out "$name" "$@" \
        > /dev/null
    rm "$name"/{run.json,training_state.safetensors,curve.svg,events.*}
}

# The first sentences, and what becomes of them: name.expected has a line of each, tabs between.
expect() {
    local name=$1 source=$2
    shift 2
    head -n 8 "$source" > few
    cp few columns
    for options in "$@"; do
        engine $options --model "$name" --input few | paste columns - > more
        mv more columns
    done
    mv columns "$name.expected"
}

# Short sentences, for small vocabularies.
paste "$data/train.zh" "$data/train.en" |
    awk -F '\t' 'length($1) <= 18 && split($2, words, " ") <= 5 && ++kept <= 50' > pairs
cut -f 1 pairs > text.zh
cut -f 2 pairs > text.en
engine corpus --task sentiment --out sentiment --pairs 800 --seed 5 > /dev/null
head -n 50 sentiment/train.text > text.opinions
head -n 50 sentiment/train.label > text.labels

# Every option that the fingerprint in model.safetensors covers has another value than its default in one of them.
model transformer text.zh text.en --d-model 16 --heads 2 --d-ff 32 --updates 150
model bpe text.zh text.en --d-model 12 --heads 2 --d-ff 32 --tokenizer bpe --bpe-merges 40 --sharing all --norm-first \
    --normalization rms --activation swiglu --positions rotary --updates 500
model gru text.en text.zh --architecture gru --d-model 12 --sharing none --lowercase --nfkc --updates 200
model classifier text.opinions text.labels --task classify --d-model 12 --heads 2 --d-ff 24 --lowercase \
    --positions learned --max-length 32 --normalization group --norm-groups 3 --pooling attention --updates 60
expect transformer text.zh "translate" "translate --decoder beam --beam 3"
expect bpe text.zh "translate" "translate --decoder beam --beam 3"
expect gru text.en "translate" "translate --decoder beam --beam 3"
expect classifier text.opinions "classify"

# A run that stops at update 21: between two validations, within an epoch, with everything that has a state. Expected
# are the hash of the weights with which it ends at update 40, at every vector width, and its validation losses.
half=(--source text.zh --target text.en --valid-source text.zh --valid-target text.en --out half-finished --threads 2)
engine train "${half[@]}" --preset toy --layers 1 --d-model 4 --heads 2 --d-ff 8 --dropout 0.1 --learning-rate 0.02 \
    --warmup 10 --batch-tokens 128 --accumulate 2 --normalization batch --schedule plateau --patience 0 --ema 0.9 \
    --average 2 --checkpoint-every 4 --valid-every 8 --updates 21 > /dev/null
rm half-finished/{curve.svg,events.*}
cp -r half-finished kept
for width in 256 512; do
    rm -rf half-finished log
    cp -r kept half-finished
    DOTNET_EnableAVX512=$((width / 512)) engine train "${half[@]}" --resume --updates 40 --log log > /dev/null
    grep -q "\"simd_bits\": $width," half-finished/run.json
    echo "weights $(sha256sum < half-finished/model.safetensors | cut -d ' ' -f 1)"
done | uniq > half-finished.expected
sed -nE 's/^\{"event":"validation".*,"loss":([^,}]*).*/loss \1/p' log >> half-finished.expected
rm -r half-finished sentiment pairs few log messages
mv kept half-finished
