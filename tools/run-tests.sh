#!/usr/bin/env bash
# Runs all tests, in two processes side by side: the tests of whole processes mostly wait for them.
set -u
python=$1
whole=(tests/app tests/demo tests/packaging tests/schedule)
interrupted=2

# With job control each has a process group of its own, to which Ctrl-C can be passed on.
set -m
said=$(mktemp)
trap 'kill -INT -- "-$beside" 2>/dev/null && wait "$beside"; rm -f "$said"' EXIT

"$python" -m pytest -p no:cacheprovider "${whole[@]}" >"$said" 2>&1 &
beside=$!
"$python" -m pytest "${whole[@]/#/--ignore=}"
code=$?
[ "$code" -eq "$interrupted" ] && exit "$code"
wait "$beside" || code=$?
cat "$said"
exit "$code"
