#!/usr/bin/env bash
# How long the command line takes to start, published as one file, against a program that does nothing:
#
#   Engine.Tests/Fixtures/start.sh
#
# Publishes both in the same way (one file, compiled ahead for this machine, the runtime not included), runs each in
# turn, prints the milliseconds of processor time of a start and their ratio, and ends with exit code 1 above 2.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
runtime=$(dotnet --info | awk '$1 == "RID:" { print $2; exit }')
rounds=15

mkdir "$work/source"
cat > "$work/source/empty.csproj" << 'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <OutputType>Exe</OutputType>
    <InvariantGlobalization>true</InvariantGlobalization>
  </PropertyGroup>
</Project>
PROJECT
echo 'return;' > "$work/source/empty.cs"

publish() { # publish PROJECT FOLDER
  dotnet publish "$1" -c Release -r "$runtime" --self-contained false -p:PublishSingleFile=true \
    -p:PublishReadyToRun=true -o "$2" --nologo -v quiet
}
publish "$work/source/empty.csproj" "$work/empty"
publish Engine.Cli "$work/engine"

TIMEFORMAT='%U %S'
spent() { { time "$@" > /dev/null 2>&1; } 2>&1 | awk '{ print 1000 * ($1 + $2) }'; }
median() { sort -n "$1" | awk '{ line[NR] = $1 } END { print line[int((NR + 1) / 2)] }'; }
for _ in $(seq "$rounds"); do
  spent "$work/empty/empty" >> "$work/empty.ms"
  spent "$work/engine/Engine.Cli" --help >> "$work/engine.ms"
done
awk -v empty="$(median "$work/empty.ms")" -v engine="$(median "$work/engine.ms")" 'BEGIN {
  printf "an empty program %.0f ms, engine --help %.0f ms: ratio %.2f, at most 2\n", empty, engine, engine / empty
  exit engine > 2 * empty }'
