#!/usr/bin/env python3
"""Fills a local registry with stand-ins for the images that the tests, critest and the benchmark pull.

Each is put together from this machine's Debian packages and from the C files beside this script; nothing is taken from the real
images. The same package versions give the same digests. Repository names carry no host: the runtime under test is told to mirror
every host that a test names to this registry.
"""
import argparse
import functools
import gzip
import hashlib
import io
import json
import os
import pathlib
import re
import stat
import subprocess
import sys
import tarfile
import urllib.error
import urllib.parse
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
EPOCH = "1970-01-01T00:00:00Z"

DOCKER = {
    "config": "application/vnd.docker.container.image.v1+json",
    "layer": "application/vnd.docker.image.rootfs.diff.tar.gzip",
    "manifest": "application/vnd.docker.distribution.manifest.v2+json",
    "index": "application/vnd.docker.distribution.manifest.list.v2+json",
}
OCI = {
    "config": "application/vnd.oci.image.config.v1+json",
    "layer": "application/vnd.oci.image.layer.v1.tar+gzip",
    "manifest": "application/vnd.oci.image.manifest.v1+json",
    "index": "application/vnd.oci.image.index.v1+json",
}
OCI_PLAIN = {**OCI, "layer": "application/vnd.oci.image.layer.v1.tar"}
OCI_ZSTD = {**OCI, "layer": "application/vnd.oci.image.layer.v1.tar+zstd"}

USERS = {
    "root": "0:0:root:/root:/bin/sh",
    "daemon": "1:1:daemon:/usr/sbin:/bin/false",
    "bin": "2:2:bin:/bin:/bin/false",
    "sys": "3:3:sys:/dev:/bin/false",
    "www-data": "33:33:www-data:/var/www:/bin/false",
    "nobody": "65534:65534:nobody:/home:/bin/false",
}
GROUPS = {"root": "0:", "daemon": "1:", "bin": "2:", "sys": "3:", "tty": "5:", "www-data": "33:", "users": "100:", "nogroup": "65534:"}

# Debian's busybox has no pgrep, which critest runs.
PGREP = """#!/bin/sh
status=1
for process in /proc/[0-9]*; do
    read -r name 2>/dev/null < "$process/comm" || continue
    case "$name" in *"$1"*) echo "${process#/proc/}"; status=0 ;; esac
done
exit $status
"""

NGINX = """user www-data;
worker_processes 1;
pid /var/run/nginx.pid;
error_log /dev/stderr;
events { worker_connections 64; }
http {
    access_log /dev/stdout;
    server { listen %d; root /usr/share/nginx/html; index index.html; }
}
"""


def digest(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def encode(document):
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


@functools.cache
def gzipped(layer):
    return gzip.compress(layer, 6, mtime=0)


def packed(layer, media):
    if media.endswith("gzip"):
        return gzipped(layer)
    if media.endswith("zstd"):
        return subprocess.run(["zstd", "-3", "-q", "-c"], input=layer, stdout=subprocess.PIPE, check=True).stdout
    return layer


class Registry:
    """The HTTP API of a registry on this machine, never reached through a proxy."""

    def __init__(self, address):
        self.base = f"http://{address}/v2/"
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def call(self, method, url, content=None, media="application/octet-stream"):
        request = urllib.request.Request(url, data=content, method=method, headers={"Content-Type": media})
        try:
            with self.opener.open(request) as answer:
                return answer.status, answer.headers
        except urllib.error.HTTPError as refused:
            return refused.code, refused.headers

    def expect(self, wanted, method, url, content=None, media="application/octet-stream"):
        status, headers = self.call(method, url, content, media)
        if status != wanted:
            sys.exit(f"{method} {url}: status {status}, expected {wanted}")
        return headers

    def push_blob(self, repository, content):
        name = digest(content)
        if self.call("HEAD", f"{self.base}{repository}/blobs/{name}")[0] == 200:
            return
        headers = self.expect(202, "POST", f"{self.base}{repository}/blobs/uploads/", b"")
        place = urllib.parse.urljoin(self.base, headers["Location"])
        separator = "&" if "?" in place else "?"
        self.expect(201, "PUT", f"{place}{separator}digest={urllib.parse.quote(name)}", content)

    def push_manifest(self, repository, name, content, media):
        self.expect(201, "PUT", f"{self.base}{repository}/manifests/{name}", content, media)


class Layer:
    """An uncompressed tar with every time zero and every owner root."""

    def __init__(self):
        self.buffer = io.BytesIO()
        self.archive = tarfile.open(fileobj=self.buffer, mode="w", format=tarfile.PAX_FORMAT)
        self.names = set()

    def add(self, path, kind, mode, content=None, target=""):
        entry = tarfile.TarInfo(path.strip("/"))
        entry.type, entry.mode, entry.linkname = kind, mode, target
        entry.size = len(content) if content is not None else 0
        if entry.name in self.names:
            return self
        parent = str(pathlib.PurePosixPath(entry.name).parent)
        if parent != ".":
            self.directory(parent)
        self.names.add(entry.name)
        self.archive.addfile(entry, io.BytesIO(content) if content is not None else None)
        return self

    def directory(self, path, mode=0o755):
        return self.add(path, tarfile.DIRTYPE, mode)

    def file(self, path, content, mode=0o644):
        return self.add(path, tarfile.REGTYPE, mode, content.encode() if isinstance(content, str) else content)

    def program(self, path, source, mode=0o755):
        return self.file(path, pathlib.Path(source).read_bytes(), mode)

    def hard_link(self, path, target):
        return self.add(path, tarfile.LNKTYPE, 0o755, target=target)

    def link(self, path, target):
        return self.add(path, tarfile.SYMTYPE, 0o777, target=target)

    def libraries_of(self, *programs):
        for program in programs:
            listing = subprocess.run(["ldd", program], check=True, capture_output=True, text=True).stdout
            for library in sorted(set(re.findall(r"(/\S+\.so\S*)", listing))):
                self.program(library, library)
        return self

    def bytes(self):
        self.archive.close()
        return self.buffer.getvalue()


class Image:
    def __init__(self, layers, kinds=DOCKER, **config):
        self.layers, self.kinds = layers, kinds
        self.config = {"Env": [PATH], **config}

    def packed(self):
        return [packed(layer, self.kinds["layer"]) for layer in self.layers]

    def manifest(self, architecture, blobs):
        config = encode({
            "architecture": architecture, "os": "linux", "created": EPOCH, "config": self.config,
            "rootfs": {"type": "layers", "diff_ids": [digest(layer) for layer in self.layers]},
            "history": [{"created": EPOCH, "created_by": "images.py"} for _ in self.layers],
        })
        return config, encode({
            "schemaVersion": 2, "mediaType": self.kinds["manifest"],
            "config": {"mediaType": self.kinds["config"], "digest": digest(config), "size": len(config)},
            "layers": [{"mediaType": self.kinds["layer"], "digest": digest(blob), "size": len(blob)} for blob in blobs],
        })

    def push(self, registry, repository, *tags, index=True):
        """Behind an index, arm64 stands first: who takes the first entry takes the wrong one."""
        blobs, entries = self.packed(), []
        for blob in blobs:
            registry.push_blob(repository, blob)
        for architecture in ["arm64", "amd64"] if index else ["amd64"]:
            config, top = self.manifest(architecture, blobs)
            registry.push_blob(repository, config)
            if index:
                registry.push_manifest(repository, digest(top), top, self.kinds["manifest"])
            entries.append({"mediaType": self.kinds["manifest"], "digest": digest(top), "size": len(top),
                            "platform": {"architecture": architecture, "os": "linux"}})
        media = self.kinds["index"] if index else self.kinds["manifest"]
        if index:
            top = encode({"schemaVersion": 2, "mediaType": media, "manifests": entries})
        for tag in tags:
            registry.push_manifest(repository, tag, top, media)
            print(f"{repository}:{tag} {digest(top)}")


class Workshop:
    """Makes the layers that images are put together from."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    def compiled(self, name):
        program = self.folder / name
        subprocess.run(["gcc", "-static", "-Os", "-s", "-o", program, HERE / (name + ".c")], check=True)
        return program

    def busybox(self, users=None, groups=None):
        """A root of busybox with its applets as hard links: masking /bin/ls must mask that one only."""
        box, layer = "/bin/busybox", Layer()
        for folder in ("dev", "home", "proc", "root", "sys", "usr/bin", "usr/sbin", "var/www", "run"):
            layer.directory(folder)
        layer.directory("tmp", 0o1777)
        layer.file("etc/passwd", "".join(f"{name}:x:{rest}\n" for name, rest in {**USERS, **(users or {})}.items()))
        layer.file("etc/group", "".join(f"{name}:x:{rest}\n" for name, rest in {**GROUPS, **(groups or {})}.items()))
        layer.file("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n")
        layer.program("bin/busybox", box)
        applets = subprocess.run([box, "--list"], check=True, capture_output=True, text=True).stdout.split()
        for applet in applets:
            if applet != "busybox":
                layer.hard_link("bin/" + applet, "bin/busybox")
        layer.file("bin/pgrep", PGREP, 0o755)
        return layer.program("usr/bin/ipcs", "/usr/bin/ipcs").libraries_of(box, "/usr/bin/ipcs").bytes()

    def nginx(self, port):
        layer = Layer().program("usr/sbin/nginx", "/usr/sbin/nginx").libraries_of("/usr/sbin/nginx")
        library = pathlib.Path("/lib/x86_64-linux-gnu/libnss_files.so.2")
        if library.exists():
            layer.program(str(library), library)
        layer.file("etc/nginx/nginx.conf", NGINX % port)
        layer.file("usr/share/nginx/html/index.html", "<html><title>Welcome to nginx!</title>nginx stand-in</html>\n")
        return layer.directory("var/lib/nginx").directory("var/log/nginx").directory("var/run").bytes()


def marked(box, name):
    return [box, Layer().file(name, "").bytes()]


def push_basic(registry, workshop):
    """What the demonstration and the tests of single calls use."""
    box = workshop.busybox()
    Image([box], Cmd=["sh"]).push(registry, "library/busybox", "latest")
    Image([box, workshop.nginx(80)], OCI, Cmd=["nginx", "-g", "daemon off;"], ExposedPorts={"80/tcp": {}},
          StopSignal="SIGTERM").push(registry, "library/nginx", "latest")
    hold = workshop.compiled("hold")
    pause = Layer().program("pause", hold).bytes()
    Image([pause], Entrypoint=["/pause"]).push(registry, "pause", "3.10", "3.10.1", "3.10.2", "latest")
    # named unlike a pause process, which the benchmark counts as a helper
    bench = Layer().program("hold", hold).program("bin/true", workshop.compiled("yes")).bytes()
    Image([bench], OCI, Entrypoint=["/hold"]).push(registry, "bench/hold", "latest")


def push_declared(registry, workshop):
    """Images that declare volumes."""
    box = workshop.busybox()
    seed = Layer().directory("data", 0o750).file("data/seed", "seeded\n", 0o640).link("data/link", "seed")
    seed.file("real/inside", "linked\n").link("linked", "/real").link("out", "/../../../etc").file("file", "a file\n")
    seed.link("kernel", "/proc").link("labels", "/proc/self/attr")
    command = {"Cmd": ["sleep", "1000"]}
    volumes = {"/data": {}, "/vol": {}, "/linked": {}, "/deep/er/": {}, "/out/../data/sub": {}}
    Image([box, seed.bytes()], OCI, Volumes=volumes, **command).push(registry, "declared/volumes", "latest", index=False)
    odd = {"file": "/file", "proc": "/proc", "kernel": "/kernel", "labels": "/labels", "root": "/", "sys": "/sys/fs/cgroup"}
    for name, path in odd.items():
        Image([box, seed.bytes()], OCI, Volumes={path: {}}, **command).push(
            registry, "declared/" + name, "latest", index=False)


def push_break_in(registry, workshop):
    """Images that try to make the runtime touch the host: the folder that they lead to is the tests'."""
    outside = "/../../../../tmp/berth-break-in"
    box = workshop.busybox()
    command = {"Cmd": ["sleep", "1000"]}
    for name in ("dev", "etc", "run", "proc", "sys"):
        Image([box, Layer().link(name, outside).bytes()], OCI, **command).push(
            registry, "break-in/" + name, "latest", index=False)
    null = Layer().link("dev/null", "/proc/sys/kernel/core_pattern").link("dev/console", "/proc/sys/kernel/core_pattern")
    Image([box, null.bytes()], OCI, **command).push(registry, "break-in/null", "latest", index=False)
    loader = Layer().file("bin/loader", "#!/proc/self/exe\n", 0o755)
    Image([box, loader.bytes()], OCI, Cmd=["/bin/loader"]).push(registry, "break-in/loader", "latest", index=False)
    volumes = {"/../../etc/own": {}, "/out": {}}
    link = Layer().link("out", outside).file("tmp/berth-break-in/inside", "inside\n")
    Image([box, link.bytes()], OCI, Volumes=volumes, **command).push(registry, "break-in/volume", "latest", index=False)


def push_odd(registry, workshop):
    """What builders have written into images, and other runtimes take."""
    members = ",".join(f"member{number}" for number in range(40000))
    accounts = Layer().file("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nodd:x:7:8:six fields:/home/odd\n")
    accounts.file("etc/group", f"crowd:x:9:{members},odd\nthree:x:8\n")
    say = 'trap "exit 3" TERM; echo $(id -u) $(id -g) $(id -G) $HOME ${NAKED-none}; while :; do usleep 100000; done'
    box = workshop.busybox()
    Image([box, accounts.bytes()], OCI, Entrypoint=[""], Cmd=["sh", "-c", say], User="odd:", StopSignal="015",
          Env=[PATH, "NAKED"]).push(registry, "odd/config", "latest", index=False)
    Image([box], OCI, Cmd=["sh", "-c", say], User=":8", StopSignal="SIGNAL").push(
        registry, "odd/signal", "latest", index=False)


# By image, the links in it that lead to nothing.
LINKS = {
    "zone": {"etc/localtime": "/usr/share/zoneinfo-berth/Asia/Shanghai"},
    "run": {"var/run": "/run"},
    "files": {"etc/resolv.conf": "../run/systemd/stub-resolv.conf", "etc/hosts": "/nowhere-berth/hosts",
              "etc/hostname": "../../../../up-berth/./hostname"},
    "chain": {"data": "one/two", "one": "/three", "three": "four/../five-berth", "four": "/"},
    "proc": {"proc": "/tmp"},
    "sys": {"sys": "missing"},
}


def push_links(registry, workshop):
    """Images in which places of mounts are links to nothing; /run is in none of them. Kernel file systems on a file."""
    box, without = workshop.busybox(), Layer().file(".wh.run", "").bytes()
    for name, links in LINKS.items():
        layer = Layer()
        for path, target in links.items():
            layer.link(path, target)
        Image([box, without, layer.bytes()], OCI, Cmd=["sh"]).push(registry, f"links/{name}", "latest", index=False)
    file = Layer().file("proc", "").bytes()
    Image([box, file], OCI, Cmd=["sh"]).push(registry, "links/file", "latest", index=False)


def push_critest(registry, workshop):
    """One stand-in for every image that critest names."""
    box, shell, staging = workshop.busybox(), {"Cmd": ["sh"]}, "k8s-staging-cri-tools/"
    serve = {"Cmd": ["nginx", "-g", "daemon off;"], "ExposedPorts": {"80/tcp": {}}, "StopSignal": "SIGTERM"}
    Image([box], **shell).push(registry, "e2e-test-images/busybox", "1.29-2", "1.29-4", "latest")
    page = Layer().file("var/www/index.html", "<html><body><h1>It works!</h1></body></html>\n").bytes()
    httpd = "echo 'httpd: resuming normal operations'; exec httpd -f -p 80 -h /var/www"
    Image([box, page], OCI, Cmd=["sh", "-c", httpd], ExposedPorts={"80/tcp": {}}).push(
        registry, "e2e-test-images/httpd", "2.4.39-4", "2.4.38-4")
    Image([box, workshop.nginx(80)], OCI, **serve).push(registry, "e2e-test-images/nginx", "1.14-2", "1.14-4")
    Image([box, workshop.nginx(12003)], **serve).push(registry, staging + "hostnet-nginx-amd64", "latest", index=False)
    nnp = Layer().directory("tmp", 0o1777).program("nnp", workshop.compiled("euid"), 0o4755).bytes()
    Image([box, nnp], OCI, Entrypoint=["/nnp"]).push(registry, "e2e-test-images/nonewprivs", "1.3")
    # critest removes pause:3.9: by content it must differ from any that a runtime pins
    hold = Layer().program("pause", workshop.compiled("hold")).bytes()
    Image([hold], Entrypoint=["/pause"], User="65535:65535", Labels={"version": "3.9"}).push(registry, "pause", "3.9")
    for name in ("test-image-1", "test-image-2", "test-image-3", "test-image-latest"):
        Image(marked(box, name), **shell).push(registry, staging + name, "latest")
    Image(marked(box, "same-image"), **shell).push(registry, staging + "test-image-tags", "1", "2", "3")
    for tag in ("test", "all"):
        Image(marked(box, tag), **shell).push(registry, staging + "test-image-tag", tag)
    users = {"uid": "1002", "username": "www-data", "uid-group": "1003:1004", "username-group": "www-data:1004"}
    for name, user in users.items():
        Image([box], User=user, **shell).push(registry, staging + "test-image-user-" + name, "latest")
    predefined = workshop.busybox({"default-user": "1000:1000:Linux User,,,:/home/default-user:/bin/sh"},
                                  {"default-user": "1000:", "group-defined-in-image": "50000:default-user"})
    Image([predefined], User="1000", **shell).push(registry, staging + "test-image-predefined-group", "latest")
    for tag in ("1.35.0-glibc", "1-uclibc", "1", "1-glibc", "1-musl", "latest"):
        Image(marked(box, "flavour-" + tag), **shell).push(registry, "docker/library/busybox", tag)
    # pulled by digest, never run: no packaged file and no compression, so that the digest is the same everywhere
    Image([Layer().file("test-image-digest", "").bytes()], OCI_PLAIN, **shell).push(
        registry, staging + "test-image-digest", "latest", index=False)


def push_volumes(registry, workshop):
    """Images to mount, and images of many layers: the last layer of each says how many."""
    below = Layer().file("top", "below\n").file("models/weights", "weights\n").file("models/run", "#!/bin/sh\necho runs\n", 0o755)
    above = Layer().file("top", "above\n").link("models/latest", "weights").link("outside", "/../../top")
    Image([below.bytes(), above.bytes()], OCI).push(registry, "volume/data", "latest", index=False)
    Image([Layer().file("only", "one layer\n").bytes()], OCI).push(registry, "volume/single", "latest", index=False)
    deep = [workshop.busybox()]
    while len(deep) < 501:
        number = len(deep) + 1
        deep.append(Layer().file(f"layers/{number}", "").file("top", f"{number}\n").bytes())
    for count in (128, 500, 501):
        Image(deep[:count], OCI, Cmd=["cat", "/top"]).push(registry, f"deep/{count}", "latest", index=False)


def regular_files(*trees):
    """Paths and sizes, in an order that does not depend on the file system."""
    for tree in trees:
        for top, folders, names in os.walk(tree):
            folders.sort()
            for path in (pathlib.Path(top, name) for name in sorted(names)):
                status = path.lstat()
                if stat.S_ISREG(status.st_mode) and status.st_size < 32 << 20:
                    yield path, status.st_size


def push_layers(registry, workshop):
    """The reference image of the pull benchmark: 400 MiB of this machine's files in six layers, once gzip and once zstd."""
    files, layers, share = regular_files("/usr/lib", "/usr/share", "/usr/bin"), [], (400 << 20) // 6
    for _ in range(6):
        layer, size = Layer(), 0
        while size < share:
            path, length = next(files)
            layer.program(f"data{path}", path, 0o644)
            size += length
        layers.append(layer.bytes())
    print("bench/layers:", sum(len(layer) for layer in layers) >> 20, "MiB", flush=True)
    for tag, kinds in (("gzip", OCI), ("zstd", OCI_ZSTD)):
        Image(layers, kinds, Cmd=["sh"]).push(registry, "bench/layers", tag, index=False)


SETS = {
    "basic": push_basic,
    "critest": push_critest,
    "volumes": push_volumes,
    "declared": push_declared,
    "odd": push_odd,
    "break-in": push_break_in,
    "links": push_links,
    "layers": push_layers,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--registry", required=True, help="host:port")
    parser.add_argument("--work", required=True, help="scratch folder")
    parser.add_argument("sets", nargs="+", choices=SETS)
    arguments = parser.parse_args()
    registry, workshop = Registry(arguments.registry), Workshop(arguments.work)
    for name in arguments.sets:
        SETS[name](registry, workshop)


if __name__ == "__main__":
    main()
