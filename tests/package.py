#!/usr/bin/python3
"""The Debian packages are complete, ask for the right Wireshark, and the plugin in its one loads.

Promises of the plugin's its exact list of files, a dependency on the libwireshark it was built with that ends with
that series, no scripts, a manual page without warnings, and that tshark loads the plugin in it; of the command's that it
needs no Wireshark, and runs; of the library's two their exact lists of files, and that the one for developers asks for the other of the same version.
"""
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import tshark


def output(*words):
    return subprocess.run(list(map(str, words)), check=True, capture_output=True, text=True).stdout


def make(kind, folder, build=tshark.BUILD):
    done = subprocess.run(["cpack", "-G", "DEB", "-D", f"TCPLIFE_PACKAGE={kind}", "-B", str(folder)], cwd=build,
                          capture_output=True, text=True)
    made = list(folder.glob("*.deb"))
    if done.returncode or len(made) != 1:
        raise SystemExit(f"FAILED: cpack made {made}\n{done.stdout}{done.stderr}")
    return made[0]


def manual(page):
    """What man complains about."""
    if not shutil.which("man"):
        return []
    done = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", str(page)], capture_output=True,
                          text=True, env={**os.environ, "LC_ALL": "C.UTF-8", "MANROFFSEQ": "", "MANWIDTH": "80"})
    said = done.stderr.strip()
    return [f"man says of the manual page: {said or done.returncode}"] if said or done.returncode else []


def files_of(package, tree):
    output("dpkg-deb", "-x", package, tree)
    return {str(path.relative_to(tree)) for path in tree.rglob("*") if path.is_symlink() or not path.is_dir()}


def owners(package):
    for line in output("dpkg-deb", "-c", package).splitlines():
        if not re.match(r"(drwxr-xr-x|-rw-r--r--|lrwxrwxrwx) root/root ", line):
            yield f"owner or mode: {line}"


def compare(package, files, wanted):
    yield from (f"{package.name} lacks {name}" for name in sorted(wanted - files))
    yield from (f"{package.name} holds {name}" for name in sorted(files - wanted))


def kind_of_build():
    """As cmake writes it into a file's name: "relwithdebinfo"."""
    cache = (tshark.BUILD / "CMakeCache.txt").read_text(encoding="utf-8")
    return re.search(r"^CMAKE_BUILD_TYPE:\w+=(.*)$", cache, re.MULTILINE)[1].lower()


def library_problems(folder):
    """What is wrong with the library's packages."""
    version = re.search(r'TL_VERSION "(.*)"', (tshark.ROOT / "include/tcplife/version.h").read_text(encoding="utf-8"))[1]
    headers = tshark.ROOT / "include"
    libraries = ("tcplife", "tcplife-output")
    runtime, dev = (make(kind, folder / kind) for kind in ("library", "dev"))
    for package, wanted in (
            (runtime, {*(f"lib/lib{name}.so.{number}" for name in libraries for number in ("0", version)),
                       "share/doc/libtcplife0/copyright"}),
            (dev, {*(f"lib/lib{name}.{ending}" for name in libraries for ending in ("so", "a")),
                   *(f"lib/pkgconfig/{name}.pc" for name in libraries),
                   *(f"lib/cmake/tcplife/tcplife{name}.cmake"
                     for name in ("Config", "ConfigVersion", "Targets", f"Targets-{kind_of_build()}")),
                   *(f"include/{path.relative_to(headers)}" for path in headers.rglob("*.h")),
                   *(f"share/doc/libtcplife-dev/{name}" for name in ("copyright", "contract.md", "library.md", "memory.md", "examples/lives.c"))})):
        found = {re.sub(r"^usr/(lib/[^/]*-linux-gnu\w*/)?", lambda match: "lib/" if match[1] else "", name)
                 for name in files_of(package, folder / (package.stem + ".tree"))}
        yield from compare(package, found, wanted)
        yield from owners(package)
    if (depends := output("dpkg-deb", "-f", dev, "Depends").strip()) != f"libtcplife0 (= {version})":
        yield f"{dev.name} depends on {depends}"
    if not re.fullmatch(r"libc6 \(>= [\d.]+\), libglib2\.0-0\w* \(>= [\d.]+\)", depends := output("dpkg-deb", "-f", runtime, "Depends").strip()):
        yield f"{runtime.name} depends on {depends}"


def command_problems(folder, build=tshark.BUILD):
    """What is wrong with the command's package. It runs from where it is unpacked, folder/command.tree."""
    package, tree = make("command", folder / "command", build), folder / "command.tree"
    yield from compare(package, files_of(package, tree), {"usr/bin/pcaplife", "usr/share/man/man1/pcaplife.1",
                                                          "usr/share/doc/pcaplife/copyright",
                                                          "usr/share/bash-completion/completions/pcaplife",
                                                          "usr/share/zsh/vendor-completions/_pcaplife"})
    depends = output("dpkg-deb", "-f", package, "Depends").strip()
    if not re.search(r"(^|, )libwiretap\d+", depends) or not re.search(r"(^|, )libjq\d+", depends) or re.search(r"wireshark|tshark", depends):
        yield f"{package.name} depends on {depends}"
    if output("dpkg-deb", "-f", package, "Recommends").strip() != "tcplife":
        yield f"{package.name} does not recommend the plugin's package"
    if '"close":"four-way"' not in output(tree / "usr/bin/pcaplife", "json", tshark.capture_file("close_4seg_client")):
        yield f"{package.name}: what it holds does not say how a connection closed"
    yield from manual(tree / "usr/share/man/man1/pcaplife.1")


def readme_problems(tree, files):
    """What its README points at is in the package."""
    text = (tree / "usr/share/doc/tcplife/README").read_text(encoding="utf-8")
    paths = [path.strip("/") for path in re.findall(r"`(/usr/[^`]*)`", text)]
    links = re.findall(r"\]\(([^)#]+)\)", text)
    return ([f"README points at {link}, which is not in the package" for link in links if not link.startswith("https:")] +
            [f"README points at /{path}, which is not in the package" for path in paths
             if not any(name == path or name.startswith(path + "/") for name in files)])


def need_packaging():
    """Skips the test where no package can be made."""
    for tool in ("dpkg-deb", "dpkg-shlibdeps", "cpack", "file"):
        if not shutil.which(tool):
            tshark.skip(f"{tool} is not installed")
    if not (tshark.BUILD / "CPackConfig.cmake").exists():
        tshark.skip("Wireshark's library is of no Debian package")


def main():
    need_packaging()
    tshark.prove()
    problems = []
    series = next(tshark.BUILD.glob("plugins/*/epan/tcplife.so")).parent.parent.name
    with tempfile.TemporaryDirectory(prefix="tcplife.") as folder:
        package = make("plugin", Path(folder))
        tree = Path(folder) / "tree"
        files = files_of(package, tree)
        problems += [*library_problems(Path(folder)), *command_problems(Path(folder))]
        plugin = [name for name in files
                  if re.fullmatch(rf"usr/lib/([^/]+/)?wireshark/plugins/{re.escape(series)}/epan/tcplife\.so", name)]
        wanted = {"usr/share/man/man7/tcplife.7", "usr/share/doc/tcplife/copyright", "usr/share/doc/tcplife/README"}
        profiles = tshark.ROOT / "profiles"
        wanted |= {f"usr/share/wireshark/profiles/{path.relative_to(profiles)}"
                   for path in profiles.rglob("*") if path.is_file()}
        if len(plugin) != 1:
            problems.append(f"the plugin is in {plugin or 'no folder'}")
        problems += [*compare(package, files, wanted | set(plugin)), *owners(package)]

        depends = output("dpkg-deb", "-f", package, "Depends").strip()
        major, minor = map(int, series.split("."))
        if not re.search(rf"\blibwireshark\d+\w* \(<< {major}\.{minor + 1}~\)", depends):
            problems.append(f"nothing keeps it to Wireshark {series}: {depends}")
        for library in (r"libwireshark\d+\w* \(>= ", "libc6", "libglib2"):
            if not re.search(rf"(^|, ){library}", depends):
                problems.append(f"does not depend on {library}: {depends}")
        output("dpkg-deb", "-e", package, Path(folder) / "control")
        scripts = {path.name for path in (Path(folder) / "control").iterdir()} - {"control", "md5sums"}
        if scripts:
            problems.append(f"removal might leave something behind, there are {scripts}")
        problems += manual(tree / "usr/share/man/man7/tcplife.7")
        problems += readme_problems(tree, files)

        if len(plugin) == 1:
            # The packaged plugin takes the place of the one that was built.
            shutil.copyfile(tree / plugin[0], tshark.stage() / "plugins" / series / "epan" / "tcplife.so")
            tshark.prove()
            table, _ = tshark.rows(tshark.capture_file("close_4seg_client"), ["tcplife.client.state"])
            if table[0]["tcplife.client.state"] != ["SYN-SENT"]:
                problems.append(f"the packaged plugin says {table[0]}")
    tshark.report(problems, f"{len(files)} files; {depends}")


if __name__ == "__main__":
    main()
