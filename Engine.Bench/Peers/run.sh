#!/usr/bin/env bash
# Runs one peer that setup.sh has installed; prints one JSON line.
#   run.sh torch-step      [--preset toy|tiny|base] [--threads N] [--seconds S]
#   run.sh torch-decode    [--preset toy|tiny|base] [--threads N] [--seconds S] [--beam N]
#   run.sh torchsharp-step [--preset toy|tiny|base] [--threads N] [--seconds S]
#   run.sh python FILE ... any Python program, for Engine.Tests/Recorders; its paths are paths within PEER_ROOT
# PEER_ROOT names the folder of the chroot (default /opt/engine-peers); PEER_CORETYPE names the kernels that OpenBLAS
# must take. As root.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
PEER_ROOT=${PEER_ROOT:-/opt/engine-peers}
peer=${1:-}
shift || true

# The peer should be as fast as it can be, so OpenBLAS chooses its kernels, whatever the environment says. Where it does
# not know the model of a CPU with AVX-512, it takes the kernels for AVX2 (Haswell, Zen); the peer gets SkylakeX then.
choose_kernels() {
  unset "${!OPENBLAS_@}"
  local core=${PEER_CORETYPE:-}
  if [ -z "$core" ] && grep -qw avx512f /proc/cpuinfo; then
    core=$(OPENBLAS_VERBOSE=2 chroot "$PEER_ROOT" python3 -c 'import numpy' 2>&1 | sed -n 's/^Core: //p')
    case $core in Haswell | Zen) core=SkylakeX ;; esac
  fi
  [ -z "$core" ] || export OPENBLAS_CORETYPE=$core
}

python() {
  mkdir -p "$PEER_ROOT/peers/torch"
  cp "$here"/torch/*.py "$PEER_ROOT/peers/torch/"
  choose_kernels
  exec chroot "$PEER_ROOT" env PYTHONDONTWRITEBYTECODE=1 python3 "$@"
}

case "$peer" in
  torch-step) python /peers/torch/training_step.py "$@" ;;
  torch-decode) python /peers/torch/decode.py "$@" ;;
  torchsharp-step)
    exec chroot "$PEER_ROOT" env LD_LIBRARY_PATH=/peers/torchsharp /peers/torchsharp/TorchSharpPeer "$@" ;;
  python) python "$@" ;;
  *) sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
