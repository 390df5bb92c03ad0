#!/usr/bin/env bash
# Puts the distribution together, trains its ahead-of-time cache, and packs it.
#
#   dist.sh VERSION
#
# Run by Maven in the package phase of cri-server, after the jars are in target/lib.
set -euo pipefail
cd "$(dirname "$0")/../.."

version=$1
top=$(cd .. && pwd)
dist=$top/dist/berth
jar=$JAVA_HOME/bin/jar

lay_out() {
    rm -rf "$dist"
    mkdir -p "$dist"/{lib,native,libexec}
    cp -a src/dist/. "$dist"
    cp -p target/lib/*.jar "target/cri-server-$version.jar" "$dist/lib"
    cp -p "$top/shim/target/berth-shim" "$dist/libexec/berth-shim"
    # absent from a source archive, and then from what is built of it
    git -C "$top" describe --always --abbrev=12 --dirty --exclude '*' > "$dist/COMMIT" 2> /dev/null || rm -f "$dist/COMMIT"
    # loaded from here, so that nothing is unpacked into a temporary folder at each start
    extract "$dist"/lib/jna-5*.jar com/sun/jna/linux-x86-64/libjnidispatch.so
    extract "$dist"/lib/netty-transport-native-epoll-*-linux-x86_64.jar META-INF/native/libnetty_transport_native_epoll_x86_64.so
    extract "$dist"/lib/zstd-jni-*.jar "linux/amd64/libzstd-jni-$(basename "$dist"/lib/zstd-jni-*.jar .jar | cut -d- -f3-).so"
    mv "$dist"/native/libzstd-jni-*.so "$dist/native/libzstd-jni.so"
}

extract() {
    (cd target && "$jar" xf "$1" "$2")
    mv "target/$2" "$dist/native/"
}

# A real daemon does real work under the launcher's own flags; it writes the cache when it ends.
train() {
    # a short path, for the socket in it
    work=$(mktemp -d /tmp/berth-training.XXXXXX)
    trap 'rm -rf "$work"' EXIT
    "${CC:-cc}" -static -Os -s -o "$work/hold" src/build/hold.c
    "$JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
        --sun-misc-unsafe-memory-access=allow -cp "target/test-classes:$dist/lib/*" \
        dev.berth.cri.training.Training "$dist" "$work"
    [[ -s "$dist/lib/berth.aot" ]] || { echo "dist.sh: training left no $dist/lib/berth.aot" >&2; exit 1; }
}

pack() {
    tar -C "$top/dist" --owner=0 --group=0 --numeric-owner --transform "s,^berth,berth-$version," \
        -czf "target/berth-$version.tar.gz" berth
}

lay_out
train
pack
