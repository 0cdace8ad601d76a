#!/usr/bin/env bash
# Installs the programs that tests run as real servers; does nothing where they are installed.
# With the argument `scenarios`, also those that only the labelled faults need.
# Only for root on Debian: elsewhere, tests that miss a program are skipped (in CI they fail).
set -euo pipefail

packages=(
  chromium
  default-jre-headless
  fonts-noto-cjk
  mariadb-server
  nginx-light
  postgresql
  prometheus
  prometheus-alertmanager
  redis-server
  wrk
)
scenario_packages=(
  dnsmasq-base
  hping3
  iproute2
  nftables
  prometheus-node-exporter
  stress-ng
)
if [ "${1:-}" = scenarios ]; then
  packages+=("${scenario_packages[@]}")
fi

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get > /dev/null; then
  exit 0
fi

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2> /dev/null || true)
  [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

# Debian starts a server when it is installed; the tests start their own.
guard=/usr/sbin/policy-rc.d
if [ ! -e "$guard" ]; then
  trap 'rm -f "$guard"' EXIT
  printf '#!/bin/sh\nexit 101\n' > "$guard"
  chmod +x "$guard"
fi

echo "Installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -qq -y --no-install-recommends "${missing[@]}" > /dev/null
