#!/usr/bin/env bash
# Makes Engine.Tests/Fixtures/pytorch anew: model folders, and the losses that PyTorch computes of them.
#
#   Engine.Tests/Recorders/pytorch/record.sh Engine.Cli.dll FOLDER
#
# FOLDER/NAME is a model, and FOLDER/NAME.json what loss.py prints of it. The model `continued` was trained further and
# saved by PyTorch. Engine.Bench/Peers/setup.sh installs PyTorch.
set -euo pipefail
export LC_ALL=C
cli=$(realpath "$1")
mkdir "$2"
out=$(realpath "$2")
cd "$(dirname "${BASH_SOURCE[0]}")"
fixtures=$(realpath ../../Fixtures)
room=${PEER_ROOT:-/opt/engine-peers}/tmp/engine-pytorch
rm -rf "$room"
mkdir -p "$room"
cp -r ./*.py "$fixtures" "$room"

python() { ../../../Engine.Bench/Peers/run.sh python "/tmp/engine-pytorch/$1" "${@:2}"; }

# model NAME SOURCE TARGET OPTIONS...: a folder that Engine trained, without what only a run needs.
model() {
    dotnet "$cli" train --preset toy --dropout 0 --learning-rate 0.01 --warmup 20 --batch-tokens 256 --threads 2 \
        --updates 60 --source "$fixtures/$2" --target "$fixtures/$3" --valid-source "$fixtures/$2" \
        --valid-target "$fixtures/$3" --out "$out/$1" "${@:4}" > /dev/null 2>&1
    rm -f "$out/$1"/{run.json,training_state.safetensors,curve.svg,report.html,samples.jsonl,events.*,kept-*}
    cp -r "$out/$1" "$room/$1"
}

# loss NAME FOLDER SOURCE TARGET
loss() {
    python loss.py "/tmp/engine-pytorch/$2" "/tmp/engine-pytorch/Fixtures/$3" "/tmp/engine-pytorch/Fixtures/$4" \
        > "$out/$1.json"
}

model pre-norm text.zh text.en --d-model 16 --heads 2 --d-ff 24 --layers 2 --norm-first --activation gelu \
    --positions learned --max-length 48 --tokenizer bpe --bpe-merges 40 --sharing all
model lstm text.en text.en --architecture lstm --d-model 8 --heads 2 --layers 2 --sharing none
model classifier text.opinions text.labels --task classify --d-model 12 --heads 2 --d-ff 24 --layers 2
python train_further.py /tmp/engine-pytorch/pre-norm /tmp/engine-pytorch/Fixtures/text.zh \
    /tmp/engine-pytorch/Fixtures/text.en /tmp/engine-pytorch/continued
cp -r "$room/continued" "$out/continued"

loss transformer Fixtures/transformer text.zh text.en
loss gru Fixtures/gru text.en text.zh
loss pre-norm pre-norm text.zh text.en
loss lstm lstm text.en text.en
loss classifier classifier text.opinions text.labels
loss continued continued text.zh text.en
rm -rf "$room"
