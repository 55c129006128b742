#!/usr/bin/env bash
# Trains on two ranks that reach each other by TCP alone, and compares with one process. Each rank has a network
# namespace with an address of its own, as if it were on another machine; a pair of virtual network cards joins the
# namespaces.
# Where namespaces are not allowed, both ranks talk over the loopback card, and the last line says so.
#   namespaces.sh Engine.Cli.dll
set -euo pipefail
cli=$(realpath "${1:?namespaces.sh Engine.Cli.dll}")
work=$(mktemp -d)
east=east-$$ west=west-$$
trap 'ip netns del $east 2> /dev/null || true; ip netns del $west 2> /dev/null || true; rm -rf "$work"' EXIT
cd "$work"
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1

for i in $(seq 0 99); do echo "a$((i % 7)) b$((i % 5)) c$((i % 3))"; done > text.x
tr a-z A-Z < text.x > text.y
train=(dotnet "$cli" train --source text.x --target text.y --preset tiny --d-model 8 --heads 2 --layers 1 --d-ff 16
    --batch-tokens 40 --accumulate 8 --valid-every 20 --updates 20 --threads 1)
"${train[@]}" --out one > log 2>&1 || { tail -n 3 log; exit 1; }

make_namespaces() {
    ip netns add $east && ip netns add $west \
        && ip link add "e$$" netns $east type veth peer name "w$$" netns $west \
        && ip -n $east addr add 10.77.0.1/24 dev "e$$" && ip -n $west addr add 10.77.0.2/24 dev "w$$" \
        && for name in $east $west; do ip -n $name link set lo up; done \
        && ip -n $east link set "e$$" up && ip -n $west link set "w$$" up
}
if make_namespaces 2> refused; then
    # mpirun starts what it needs on a host by this agent, as it would by ssh. Each rank also has its own host name.
    cat > agent <<AGENT
#!/bin/sh
host=\$1
shift
case \$host in 10.77.0.1) name=$east ;; *) name=$west ;; esac
exec ip netns exec \$name unshare --uts sh -c "hostname \$name; \$*"
AGENT
    chmod +x agent
    network=10.77.0.0/24
    how="two network namespaces, 10.77.0.1 and 10.77.0.2"
    launch=(./agent 10.77.0.1 exec mpirun --mca plm_rsh_agent "$work/agent" --mca oob_tcp_if_include $network
        --host 10.77.0.1,10.77.0.2)
else
    network=127.0.0.0/8
    how="the loopback card, since namespaces are refused here ($(head -n 1 refused))"
    launch=(mpirun)
fi
sent() { # bytes that the card of the first rank has sent
    [ "$network" = 10.77.0.0/24 ] || { echo 0; return; }
    ip netns exec $east cat "/sys/class/net/e$$/statistics/tx_bytes"
}
before=$(sent)
"${launch[@]}" -n 2 -x OMPI_ALLOW_RUN_AS_ROOT -x OMPI_ALLOW_RUN_AS_ROOT_CONFIRM --mca btl tcp,self \
    --mca btl_tcp_if_include $network "${train[@]}" --out two > log 2>&1 || { tail -n 5 log; exit 1; }
cmp one/model.safetensors two/model.safetensors
echo "namespaces: two ranks over $how: the bits of one process, $(($(sent) - before)) bytes sent"
