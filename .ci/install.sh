#!/bin/bash
# Installs, on Debian bookworm and as root, what the tests need beside Node: a C compiler, valgrind, zstd, protoc, a
# static busybox, Docker, containerd and systemd, and two releases of gVisor side by side:
#   $SENTRYTAP_RUNSC_DIR/2022/usr/bin/runsc   0.0~20221219.0, from bookworm
#   $SENTRYTAP_RUNSC_DIR/2024/usr/bin/runsc   0.0~20240729.0, from bookworm-backports
# SENTRYTAP_RUNSC_DIR is /opt/sentrytap-runsc unless set. What is there already is left alone: a second run changes
# nothing and needs no network.
set -euo pipefail

readonly packages=(gcc libc6-dev valgrind zstd protobuf-compiler busybox-static git ca-certificates
  docker.io containerd systemd)
readonly runsc_dir=${SENTRYTAP_RUNSC_DIR:-/opt/sentrytap-runsc}
declare -rA releases=([2022]=20221219 [2024]=20240729)
export DEBIAN_FRONTEND=noninteractive

if [ "$(id -u)" -ne 0 ]; then
  echo "install.sh: must run as root (apt-get installs, and gVisor's sandboxes need root too)" >&2
  exit 1
fi
if ! command -v apt-get >/dev/null; then
  echo "install.sh: no apt-get here; this script is for Debian bookworm" >&2
  exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work" # apt-get downloads as the user _apt

# Runs a command silently; where it fails, shows what it said.
quiet() {
  if ! "$@" >"$work/log" 2>&1 </dev/null; then
    echo "install.sh: failed: $*" >&2
    cat "$work/log" >&2
    return 1
  fi
}

apt() {
  apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@"
}

updated=no
update() {
  [ "$updated" = no ] || return 0
  echo "  reading package lists"
  # --error-on=any: a mirror that is away is otherwise only a warning, and the lists stay old.
  quiet apt update --error-on=any || { sleep 5 && quiet apt update; }
  updated=yes
}

installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# The first line of what a runsc says of its version, such as "runsc version 0.0~20240729.0".
runsc_version() {
  local text
  text=$("$1" --version 2>&1 </dev/null) || true
  echo "${text%%$'\n'*}"
}

runsc_is() {
  [ -x "$1" ] && [[ "$(runsc_version "$1")" == *"$2"* ]]
}

# The full version of the runsc package made of the release of that date, or nothing.
version_of() {
  apt-cache madison runsc | awk -F'|' '{ gsub(/ /, "", $2); print $2 }' | grep -F "0.0~$1" | head -n 1 || true
}

install_runsc() {
  local release=$1 date=$2 target="$runsc_dir/$1" version
  update
  version=$(version_of "$date")
  if [ -z "$version" ] && [ "$release" = 2024 ]; then
    echo "  adding the bookworm-backports source"
    cat >/etc/apt/sources.list.d/sentrytap-bookworm-backports.sources <<'SOURCE'
Types: deb
URIs: http://deb.debian.org/debian
Suites: bookworm-backports
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCE
    updated=no
    update
    version=$(version_of "$date")
  fi
  if [ -z "$version" ]; then
    echo "install.sh: no runsc package of $date in the configured sources (is this Debian bookworm?)" >&2
    return 1
  fi
  echo "  runsc $version into $target"
  mkdir "$work/$release"
  chown _apt "$work/$release" 2>/dev/null || true
  (cd "$work/$release" && quiet apt download "runsc=$version")
  rm -rf "$target"
  mkdir -p "$target"
  dpkg-deb -x "$work/$release"/runsc_*.deb "$target"
}

missing=()
for package in "${packages[@]}"; do
  installed "$package" || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  update
  echo "  installing ${missing[*]}"
  quiet apt install --no-install-recommends "${missing[@]}"
fi

for release in 2022 2024; do
  runsc="$runsc_dir/$release/usr/bin/runsc"
  runsc_is "$runsc" "${releases[$release]}" || install_runsc "$release" "${releases[$release]}"
  if ! runsc_is "$runsc" "${releases[$release]}"; then
    echo "install.sh: $runsc is not the release of ${releases[$release]}: $(runsc_version "$runsc")" >&2
    exit 1
  fi
  echo "  $(runsc_version "$runsc") in $runsc"
done
