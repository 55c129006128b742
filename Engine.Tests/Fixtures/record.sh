#!/usr/bin/env bash
# Records the results of short training runs, to show that a change of the program leaves them the same to the last bit.
#
#   Engine.Tests/Fixtures/record.sh [--cli Engine.Cli.dll] [OUT]
#
# Without --cli the script builds Engine.Cli in Release. The record goes to OUT, or to standard output; progress goes to
# standard error. It takes about a minute on two cores. A line of the record is one of
#
#   train NAME SHA256 LOSS ...          the run's model.safetensors, and its validation losses in their order
#   file NAME FILE SHA256               another file of that run's folder
#   translate|evaluate|classify NAME-OPTIONS SHA256, score OPTIONS SHA256, corpus TASK SHA256   the verb's output
#   gradcheck OPERATION CASES DERIVATIVES ERROR   the worst error of the operation's derivatives
#
# No line holds a time or a speed. To compare a program with recorded.txt, see the head of recorded.txt.
set -euo pipefail
export LC_ALL=C.UTF-8

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cli=
if [ "${1:-}" = --cli ]; then
    cli=$(realpath "$2")
    shift 2
fi
if [ -z "$cli" ]; then
    dotnet build "$root/Engine.Cli" -c Release --nologo -v quiet >&2
    cli=$root/Engine.Cli/bin/Release/net10.0/Engine.Cli.dll
fi
if [ -n "${1:-}" ]; then
    exec > "$1"
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

hash() { sha256sum | cut -d ' ' -f 1; }
without_times() { sed -E 's/,"(seconds|sentences_per_second)":[^,}]*//g'; }
# The validation losses in a run's log, in full precision.
losses() { sed -nE 's/^\{"event":"validation".*,"loss":([^,}]*).*/\1/p' "$1" | paste -sd ' '; }

# run VERB ...: the command; its result goes to the file "printed", its messages are shown only if it fails.
run() {
    if ! dotnet "$cli" "$@" > printed 2> messages; then
        echo "failed: $*" >&2
        cat messages >&2
        exit 1
    fi
}

text=(--source text/train.zh --target text/train.en --valid-source text/valid.zh --valid-target text/valid.en)
labels=(--task classify --source labels/train.text --target labels/train.label
    --valid-source labels/valid.text --valid-target labels/valid.label)
small=(--preset toy --d-model 32 --layers 1 --learning-rate 0.01 --warmup 10 --valid-every 12)

# begin NAME OPTIONS...: trains a model into the folder NAME. train NAME OPTIONS...: and prints its line.
# An option that is given twice has its last value.
begin() {
    local name=$1 options=()
    shift
    set -- --threads 2 --seed 3 "$@"
    while [ $# -gt 0 ]; do
        local option=("$1")
        shift
        if [ $# -gt 0 ] && [ "${1#--}" = "$1" ]; then
            option+=("$1")
            shift
        fi
        [[ " $* " = *" ${option[0]} "* ]] || options+=("${option[@]}")
    done
    echo "train $name" >&2
    run train --out "$name" --log "$name.jsonl" "${options[@]}"
}
line() {
    echo "train $1 $(hash < "$1/model.safetensors") $(losses "$1.jsonl")"
}
train() {
    begin "$@"
    line "$1"
}
# translate NAME LABEL INPUT OPTIONS...: how the model NAME translates a file.
translate() {
    run translate --threads 2 --model "$1" --input "$3" "${@:4}"
    echo "translate $1-$2 $(hash < printed)"
}
same() {
    if ! cmp "$1/model.safetensors" "$2/model.safetensors" >&2; then
        echo "$1 and $2 should end with the same bits" >&2
        exit 1
    fi
}

for task in zh-en dates numbers reverse copy sort sentiment; do
    run corpus --task $task --out "corpus/$task" --pairs 800 --seed 7
    echo "corpus $task $(cd "corpus/$task" && cat $(ls | sort) | hash)"
done
mv corpus/zh-en text
mv corpus/sentiment labels

# The presets, and each architecture.
train toy "${text[@]}" --preset toy --learning-rate 0.005 --warmup 40 --updates 240 --valid-every 80
train toy-one-thread "${text[@]}" --preset toy --threads 1 --updates 12 --valid-every 6
train toy-two-threads "${text[@]}" --preset toy --updates 12 --valid-every 6
same toy-one-thread toy-two-threads
train tiny-bpe "${text[@]}" --preset tiny --d-model 32 --d-ff 64 --layers 2 --tokenizer bpe --bpe-merges 120 \
    --sharing all --batch-tokens 512 --warmup 20 --updates 60 --valid-every 20
train bpe-dropout "${text[@]}" "${small[@]}" --tokenizer bpe --bpe-merges 80 --bpe-dropout 0.1 --punctuation keep \
    --updates 24
for architecture in rnn gru lstm conv; do
    train $architecture "${text[@]}" "${small[@]}" --architecture $architecture --layers 2 --updates 36
done

# The parts of the transformer.
for normalization in rms batch instance group; do
    train norm-$normalization "${text[@]}" "${small[@]}" --normalization $normalization --updates 24
done
train norm-first "${text[@]}" "${small[@]}" --norm-first --activation swiglu --sharing none --updates 24
for positions in learned relative rotary none; do
    train positions-$positions "${text[@]}" "${small[@]}" --positions $positions --updates 24
done

# Classifiers.
train classify "${labels[@]}" "${small[@]}" --pooling mean --updates 36
train classify-gru "${labels[@]}" "${small[@]}" --architecture gru --pooling attention --updates 24
train classify-conv "${labels[@]}" "${small[@]}" --architecture conv --pooling max --r-drop 2 --updates 24

# The loss, and how the gradient is made.
train r-drop "${text[@]}" "${small[@]}" --r-drop 5 --dropout 0.2 --updates 24
train accumulate "${text[@]}" "${small[@]}" --accumulate 3 --batch-tokens 256 --clip-norm 0.5 --updates 24
train penalties "${text[@]}" "${small[@]}" --l1 0.0001 --l2 0.001 --clip-value 0.05 --label-smoothing 0 --updates 24
train ema "${text[@]}" "${small[@]}" --dropout 0.2 --attention-dropout 0.1 --embedding-dropout 0.15 \
    --activation-dropout 0.05 --ema 0.9 --average 3 --checkpoint-every 5 --best bleu --updates 30

# The optimizers, each with another schedule.
train adamw "${text[@]}" "${small[@]}" --optimizer adamw --weight-decay 0.01 --schedule cosine --updates 24
train lion "${text[@]}" "${small[@]}" --optimizer lion --learning-rate 0.001 --schedule linear --updates 24
train nadam "${text[@]}" --preset toy --d-model 32 --layers 1 --optimizer nadam --schedule noam --warmup 10 \
    --updates 24 --valid-every 12
train sgd "${text[@]}" "${small[@]}" --optimizer sgd --momentum 0.9 --nesterov --learning-rate 0.5 --schedule plateau \
    --patience 0 --valid-every 6 --updates 36
train rmsprop "${text[@]}" "${small[@]}" --optimizer rmsprop --schedule step --decay-every 8 --updates 24
train adagrad "${text[@]}" "${small[@]}" --optimizer adagrad --schedule constant --updates 24
train adadelta "${text[@]}" "${small[@]}" --optimizer adadelta --learning-rate 1 --updates 24

# What is done to the text, and text that is read a window at a time.
train window --source text/train.en --target text/train.en --valid-source text/valid.en --valid-target text/valid.en \
    "${small[@]}" --tokenizer word --window 200 --lowercase --nfkc --max-source-length 12 --max-target-length 9 \
    --max-ratio 3 --vocab-size 60 --updates 36

# A run in two parts ends with the bits of a run that nothing stopped; a run may begin with another's weights.
for optimizer in adam sgd; do
    parts=("${text[@]}" "${small[@]}" --optimizer $optimizer --schedule plateau --patience 0 --average 2 --accumulate 2)
    train whole-$optimizer "${parts[@]}" --updates 30
    begin parts-$optimizer "${parts[@]}" --updates 17
    begin parts-$optimizer "${parts[@]}" --updates 30 --resume
    same whole-$optimizer parts-$optimizer
    line parts-$optimizer
done
train from "${text[@]}" --from toy --learning-rate 0.001 --r-drop 2 --updates 24 --valid-every 12

# The files beside the weights.
for name in toy tiny-bpe classify; do
    for path in "$name"/*.json; do
        [ "$path" = "$name/run.json" ] || echo "file $name ${path#*/} $(hash < "$path")"
    done
done

# Decoding.
echo decode >&2
head -n 20 text/test.zh > few
for name in toy tiny-bpe gru conv positions-relative positions-rotary norm-batch; do
    translate $name greedy text/test.zh
    translate $name beam few --decoder beam
done
translate toy n-best few --decoder beam --beam 5 --n-best 3 --length-penalty 1 --early-stopping never
translate toy rules text/test.zh --min-length 3 --max-length 12 --repetition-penalty 1.3 --no-repeat-ngram 2
translate toy sample text/test.zh --decoder sample --temperature 0.8 --top-k 20 --top-p 0.9 --n-best 3 --seed 5
translate toy sample-any text/test.zh --decoder sample --seed 6
translate gru sample few --decoder sample --n-best 2 --seed 5
translate window unknown text/test.en --replace-unknown
for decoder in greedy beam; do
    for name in toy tiny-bpe lstm; do
        run evaluate --model $name --source text/test.zh --target text/test.en --decoder $decoder --json
        echo "evaluate $name-$decoder $(without_times < printed | hash)"
    done
done
run translate --model toy --input text/test.zh --output hypotheses
for tokenize in 13a none zh char intl; do
    run score --hypothesis hypotheses --reference text/test.en --tokenize $tokenize --chrf-word-order 2 --json
    echo "score $tokenize $(hash < printed)"
done
for name in classify classify-gru classify-conv; do
    run classify --model $name --input labels/test.text
    echo "classify $name $(hash < printed)"
done

# The gradients' worst errors.
echo gradcheck >&2
run gradcheck --json
fields='"operation": "([^"]*)",.*"cases": ([0-9]+), *"derivatives": ([0-9]+).*"worst_error": ([^,]+),'
{ tr -d '\n' < printed; echo; } | sed 's/},/}\n/g' | sed -nE "s/.*$fields.*/gradcheck \1 \2 \3 \4/p"
