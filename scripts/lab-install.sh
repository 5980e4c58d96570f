#!/usr/bin/env bash
# Installs the real servers of the live tests, and the browser of test:browser, from Debian's packages. Harmless when run again.
# The tests start private copies of their own; none of the packages' own servers is left running.
set -euo pipefail

packages=(
  dovecot-imapd dovecot-pop3d dovecot-submissiond dovecot-lmtpd # mail
  postfix                                         # the relay between them
  swaks neomutt                                   # what people reply with
  prometheus-alertmanager
  tinyproxy                                       # a forward proxy that mail goes through
  prometheus                                      # what scrapes the metrics
  chromium fonts-inter fonts-dejavu-core          # the browser that the console is clicked through with, and its fonts
)

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  echo "The lab is complete: ${packages[*]}."
  exit 0
fi

if ! command -v apt-get >/dev/null; then
  echo "The lab needs Debian (or Ubuntu) with apt-get; on another system install by hand: ${missing[*]}." >&2
  exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "The lab is installed as root: run 'sudo npm run lab:install'. Missing: ${missing[*]}." >&2
  exit 1
fi

# Debian asks this file before it starts a server; 101 means no (invoke-rc.d(8)).
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi

echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections

export DEBIAN_FRONTEND=noninteractive
install=(apt-get install --yes --quiet --no-install-recommends -o Dpkg::Options::=--force-confold "${missing[@]}")
if ! "${install[@]}"; then
  # A list of packages that is older than the archive names files that are no longer there.
  apt-get update --quiet
  "${install[@]}"
fi
echo "The lab is complete: ${packages[*]}."
