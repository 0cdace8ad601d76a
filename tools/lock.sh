#!/usr/bin/env bash
# Writes requirements/*.txt: every version and hash, and no place to load them from.
set -euo pipefail
cd "$(dirname "$0")/.."

# The environment is left out, so that nothing of this machine gets into the files.
environment=(HOME="$HOME" PATH="$PATH")
[ -z "${SSL_CERT_FILE:-}" ] || environment+=(SSL_CERT_FILE="$SSL_CERT_FILE")

compile() {
  local set=$1
  shift
  env -i "${environment[@]}" "${UV:-uv}" pip compile "$@" --no-config --quiet \
    --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-annotate \
    --custom-compile-command "make lock" --no-emit-index-url --no-emit-find-links \
    --output-file "requirements/$set.txt" > /dev/null
}

compile test pyproject.toml --extra demo --group build --group test --group lint "$@"
# The smaller sets take their versions from the largest one.
compile run pyproject.toml --extra demo --group build --constraints requirements/test.txt "$@"
compile build --group build --constraints requirements/test.txt "$@"
