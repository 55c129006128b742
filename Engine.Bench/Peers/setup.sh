#!/usr/bin/env bash
# Installs the peers: PyTorch from Debian sid, and the TorchSharp program with its libtorch. README.md says more.
#   setup.sh [torch|torchsharp]      without a name: both, one after the other. As root, on Debian or Ubuntu.
# PEER_ROOT names the folder of the chroot that holds both (default /opt/engine-peers).
set -euo pipefail
cd "$(dirname "$0")"
PEER_ROOT=${PEER_ROOT:-/opt/engine-peers}
MIRROR=${MIRROR:-http://deb.debian.org/debian}

# A minimal Debian sid. The chroot keeps sid's C++ library and BLAS away from this machine's own.
install_chroot() {
  if [ ! -x "$PEER_ROOT/usr/bin/apt-get" ]; then
    apt-get update -qq
    apt-get install -y -qq debootstrap debian-archive-keyring >/dev/null
    debootstrap --variant=minbase sid "$PEER_ROOT" "$MIRROR" >/dev/null
  fi
  # A mirror that lags behind serves an index whose date has passed; it is still the index of its packages.
  echo 'Acquire::Check-Valid-Until "false";' > "$PEER_ROOT/etc/apt/apt.conf.d/99lagging-mirror"
  mountpoint -q "$PEER_ROOT/proc" || mount -t proc proc "$PEER_ROOT/proc"
  chroot "$PEER_ROOT" apt-get update -qq
}

# --no-install-recommends leaves out compilers. libopenblas0-openmp takes its threads from OpenMP, as PyTorch does: with
# another OpenBLAS, two sets of threads would compete for the cores.
install_torch() {
  install_chroot
  DEBIAN_FRONTEND=noninteractive chroot "$PEER_ROOT" apt-get install -y -qq --no-install-recommends \
    python3-torch python3-safetensors python3-numpy libopenblas0-openmp >/dev/null
  chroot "$PEER_ROOT" python3 -c 'import torch; print("ready: PyTorch", torch.__version__)'
}

# The program is published with its own .NET runtime and with libtorch's libraries (about 600 MB to download).
install_torchsharp() {
  install_chroot
  DEBIAN_FRONTEND=noninteractive chroot "$PEER_ROOT" apt-get install -y -qq --no-install-recommends libgomp1 >/dev/null
  dotnet publish torchsharp/TorchSharpPeer.csproj --nologo -v quiet -c Release -r linux-x64 --self-contained \
    --artifacts-path "$PEER_ROOT/peers/artifacts" -o "$PEER_ROOT/peers/torchsharp"
  rm -rf "$PEER_ROOT/peers/artifacts"
  echo "ready: TorchSharp"
}

case "${1:-both}" in
  torch) install_torch ;;
  torchsharp) install_torchsharp ;;
  both) install_torch; install_torchsharp ;;
  *) echo "setup.sh: unknown peer '$1'; the peers are torch and torchsharp" >&2; exit 2 ;;
esac
