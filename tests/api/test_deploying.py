"""The files that servers are set up with: checked by the programs that read them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from shutil import which

import pytest

from api.compose.wiring import App
from tests.api.conftest import calling
from tests.needs import missing

FOLDER = Path(__file__).parents[2] / "config" / "deploy"
NGINX = "/usr/sbin/nginx"


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    if which("systemd-analyze") is None:
        missing("lab", "systemd-analyze is not installed: apt-get install systemd")
    units = []
    for file in (*FOLDER.glob("*.service"), *FOLDER.glob("*.timer")):
        # Purser is not installed here; everything else of the unit is as it is.
        text = file.read_text().replace("/opt/purser/bin/purser", "/bin/true")
        units.append(tmp_path / file.name)
        units[-1].write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *units],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr.replace(str(tmp_path), "")) == (0, "")


def test_nginx_takes_the_proxy(tmp_path: Path) -> None:
    if which(NGINX) is None:
        missing("lab", "nginx is not installed: apt-get install nginx-light")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=purser.example", "-keyout", key, "-out", certificate),
        ],
        check=True,
        capture_output=True,
    )
    text = (FOLDER / "nginx.conf").read_text()
    text = text.replace("/etc/ssl/purser.pem", str(certificate))
    text = text.replace("/etc/ssl/purser.key", str(key))
    whole = tmp_path / "nginx.conf"
    whole.write_text(
        f"pid {tmp_path}/pid;\nerror_log {tmp_path}/log;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{text}\n}}\n"
    )
    done = subprocess.run(
        [NGINX, "-t", "-q", "-c", whole, "-e", "stderr"],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_containers_are_made_of_what_is_there() -> None:
    """Without a builder at hand: each line is one, what is copied exists, none is root.

    What they start is the command line of this release.
    """
    root = FOLDER.parents[1]
    for file in (*FOLDER.glob("Containerfile*"),):
        text = re.sub(r"\\\n", " ", file.read_text())
        lines = [line for line in text.splitlines() if line and line[0] != "#"]
        words = [line.split(maxsplit=1)[0] for line in lines]
        assert words[0] == "FROM"
        assert set(words) <= {
            *("FROM", "RUN", "WORKDIR", "COPY", "USER", "ENV", "VOLUME"),
            *("EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "CMD"),
        }
        for line in lines:
            if line.startswith("COPY "):
                assert all((root / name).exists() for name in line.split()[1:-1])
        assert words.index("USER") < words.index("CMD") == len(words) - 1
        (started,) = re.findall(r"exec purser (\w+)", text)
        assert started in {"serve", "collector"}
    units = {
        file.stem: re.findall(r"^ExecStart=.*bin/purser (\w+)", file.read_text(), re.M)
        for file in FOLDER.glob("*.service")
    }
    assert units == {
        "purser": ["serve"],
        "purser-worker@": ["worker"],
        "purser-collector": ["collector"],
        "purser-backup": ["backup"],
    }


async def test_what_watches_a_container_asks_a_path_that_is_there(app: App) -> None:
    text = (FOLDER / "Containerfile").read_text()
    (path,) = re.findall(r"http://127\.0\.0\.1:8080(/[\w/]+)", text)
    async with calling(app) as client:
        assert (await client.get(path)).status_code == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_alive_is_not_the_same_as_ready(app: App) -> None:
    async with calling(app) as client:
        for path in ("/health", "/health/ready", "/health/live"):
            assert (await client.get(path)).json()["status"] == "ok"
        with app.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'x'")
        assert (await client.get("/health/live")).status_code == 200
        for path in ("/health", "/health/ready"):
            assert (await client.get(path)).status_code == 503
