#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs all tests with coverage: a Cobertura file, a readable report, and failure below the threshold (percent of lines).
set -euo pipefail
cd "$(dirname "$0")/.."
threshold=${COVERAGE_THRESHOLD:-80}
out=artifacts/coverage
packages=${NUGET_PACKAGES:-$HOME/.nuget/packages}

rm -rf "$out/results" "$out/report"
dotnet tool restore
dotnet build Tributary.slnx -p:Coverage=true --nologo
for project in tests/*.Tests; do
  name=$(basename "$project")
  dotnet vstest "$out/bin/$name/debug/$name.dll" --collect:"XPlat Code Coverage" --ResultsDirectory:"$out/results" \
    --TestAdapterPath:"$packages/coverlet.collector/6.0.4/build/netstandard2.0" \
    --TestAdapterPath:"$packages/xunit.runner.visualstudio/3.1.5/build/net8.0"
done

dotnet reportgenerator "-reports:$out/results/**/coverage.cobertura.xml" "-targetdir:$out/report" \
  '-reporttypes:Cobertura;TextSummary;Html' '-assemblyfilters:+Tributary*;-*.Tests;-Tributary.Testing*' '-filefilters:-*/obj/*'
lines=$(awk '/Line coverage:/{sub("%", "", $3); print $3; exit}' "$out/report/Summary.txt")
echo "line coverage: $lines % (threshold $threshold %); report: $out/report/index.html"
awk -v lines="$lines" -v threshold="$threshold" 'BEGIN { exit !(lines >= threshold) }'
