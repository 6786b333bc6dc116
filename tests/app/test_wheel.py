"""The wheel is whole: installed alone into a fresh environment, far from the checkout, it plays the practice mode."""

from __future__ import annotations

import os
import shutil
import site
import subprocess
import sys
import time
from pathlib import Path

import httpx

from tests.coturn import free_port
from tests.house_rules.house import ROOT, files_of_the_project

PATIENCE = 240


def a_copy_of_the_checkout(folder: Path) -> Path:
    """Copy what a release is made of; a build in the checkout itself would disturb who uses it now."""
    for path in files_of_the_project():
        there = folder / path.relative_to(ROOT)
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, there)
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    return folder


def once_it_answers(address: str, server: subprocess.Popen[bytes]) -> httpx.Response:
    """Ask until somebody answers."""
    until = time.monotonic() + PATIENCE
    while True:
        assert server.poll() is None, "showme practice has ended"
        assert time.monotonic() < until, "showme practice does not answer"
        try:
            return httpx.get(address, timeout=30)
        except httpx.HTTPError:
            time.sleep(0.2)


def test_a_wheel_alone_plays_the_practice_mode(tmp_path: Path) -> None:
    checkout = a_copy_of_the_checkout(tmp_path / "checkout")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")],
        cwd=checkout,
        check=True,
        timeout=PATIENCE,
    )
    (wheel,) = (tmp_path / "dist").glob("showme-*.whl")
    shutil.rmtree(checkout)
    fresh = tmp_path / "fresh"
    subprocess.run([sys.executable, "-m", "venv", str(fresh)], check=True, timeout=PATIENCE)
    python = fresh / "bin" / "python"
    subprocess.run(
        [str(python), "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", str(wheel)],
        check=True,
        timeout=PATIENCE,
    )
    (installed,) = (fresh / "lib").glob("python*/site-packages")
    # What the lock pins is taken from here, and nothing else: a path that is added this way brings no editable install.
    (installed / "libraries.pth").write_text("\n".join(site.getsitepackages()) + "\n")
    port = free_port()
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith(("SHOWME_", "PYTHON"))}
    where = subprocess.run(
        [str(python), "-c", "import app, web, words; print(app.__file__, web.__file__, words.__file__)"],
        cwd=tmp_path,
        env=surroundings,
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    ).stdout
    assert where.count(str(installed)) == 3, where
    practice = subprocess.Popen(
        [str(fresh / "bin" / "showme"), "practice", "--port", str(port), "--data", str(tmp_path / "data")],
        cwd=tmp_path,
        env=surroundings,
    )
    try:
        page = once_it_answers(f"http://localhost:{port}/", practice)
        assert page.status_code == 200
        script = page.text.partition('<script type="module" src="')[2].partition('"')[0]
        assert httpx.get(f"http://localhost:{port}{script}", timeout=30).status_code == 200
        state = httpx.get(f"http://localhost:{port}/practice/state", timeout=30).json()
        invited = httpx.post(
            f"http://localhost:{port}/api/invitations",
            headers={"Authorization": f"Bearer {state['api_token']}"},
            json={"to": "0470 12 34 56"},
            timeout=30,
        )
        assert invited.status_code == 201
        citizen = httpx.get(invited.json()["link"], headers={"Accept": "text/html"}, timeout=30)
        assert "112 Practice" in citizen.text
    finally:
        practice.terminate()
        practice.wait(PATIENCE)
