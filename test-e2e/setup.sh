# What ./demo, ./test and test-e2e/bench share: what has to be on the host. Sourced by them.
# shellcheck shell=bash disable=SC2034 # the lists are used by the scripts that source this

# The Debian packages that building and testing need, and what each is for.
build_packages=(maven make gcc libc6-dev musl-tools linux-libc-dev cppcheck clang-format libseccomp2 libisal2)
run_packages=(docker-registry nginx-light busybox python3 iproute2 nftables util-linux curl procps)
test_packages=(shellcheck containerd crun runc containernetworking-plugins skopeo umoci buildah e2fsprogs openssl iptables prometheus)

say() { printf '==> %s\n' "$*"; }

require_root() {
    [[ $EUID -eq 0 ]] || { echo "$0: has to run as root: it makes namespaces, mounts and cgroups" >&2; exit 1; }
}

installed() {
    [[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2> /dev/null)" == installed ]]
}

# Installs what is missing of the given packages; the services in them are kept from starting.
install_packages() {
    local package missing=()
    for package in "$@"; do
        installed "$package" || missing+=("$package")
    done
    [[ ${#missing[@]} -gt 0 ]] || return 0
    say "installing Debian packages: ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
    apt-get -o DPkg::Lock::Timeout=600 -qq update
    apt-get -o DPkg::Lock::Timeout=600 -qq install -y --no-install-recommends "${missing[@]}" > /dev/null
}

# Sets JAVA_HOME to a JDK 25.
find_jdk() {
    local candidate
    for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/*25*; do
        if [[ -x "$candidate/bin/javac" ]] && grep -qs '^JAVA_VERSION="25' "$candidate/release"; then
            export JAVA_HOME=$candidate
            return
        fi
    done
    echo "$0: no JDK 25: Debian 12 has none, so install one (Eclipse Temurin, package temurin-25-jdk) or set JAVA_HOME" >&2
    exit 1
}

maven() {
    MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED" \
        mvn --batch-mode --no-transfer-progress "$@"
}
