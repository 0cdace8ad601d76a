#!/usr/bin/env bash
# Runs all tests, in two processes side by side: the tests of whole processes mostly wait for them.
# What failed there is run once more with the machine for itself: only what fails again is a failure,
# and what does not is named, for it is unsteady and wants mending.
set -u
python=$1
whole=(tests/app tests/demo tests/packaging tests/schedule)
rest=("${whole[@]/#/--ignore=}")
failed=1
interrupted=2

# With job control each has a process group of its own, to which Ctrl-C can be passed on.
set -m
said=$(mktemp)
trap 'kill -INT -- "-$beside" 2>/dev/null && wait "$beside"; rm -f "$said"' EXIT

again() {
  echo "Once more, alone, what failed among others:"
  "$python" -m pytest --last-failed "$@"
}

"$python" -m pytest -o cache_dir=.pytest_cache/whole "${whole[@]}" >"$said" 2>&1 &
beside=$!
"$python" -m pytest "${rest[@]}"
code=$?
[ "$code" -eq "$interrupted" ] && exit "$code"
wait "$beside"
other=$?
cat "$said"
if [ "$code" -eq "$failed" ]; then again "${rest[@]}"; code=$?; fi
if [ "$other" -eq "$failed" ]; then again -o cache_dir=.pytest_cache/whole "${whole[@]}"; other=$?; fi
[ "$code" -ne 0 ] && exit "$code"
exit "$other"
