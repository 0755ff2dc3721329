"""The end of the trail is stamped by a time stamp authority: OpenSSL's, on loopback."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, text

from api.compose.keys import Seal
from api.compose.proving import audit_problems, publish_head
from api.compose.wiring import App, compose
from config.settings import Settings
from config.vault import Audit
from inventory.kernel.errors import Invalid
from inventory.proving.timestamps import ANSWERED, query, stamped
from tests.conftest import NOW
from tests.inventory.test_proving import past_the_program

CONFIG = """
[tsa]
default_tsa = house
[house]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
certs = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_chain = no
[req]
distinguished_name = name
prompt = no
x509_extensions = stamps
[name]
CN = Time
[stamps]
extendedKeyUsage = critical,timeStamping
basicConstraints = CA:FALSE
"""


def openssl(*words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", *words], capture_output=True, check=False)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with key and certificate of an authority."""
    folder = tmp_path_factory.mktemp("authority")
    (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")
    made = openssl(
        *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30"),
        *("-config", str(folder / "tsa.cnf"), "-keyout", str(folder / "tsa.key")),
        *("-out", str(folder / "tsa.pem")),
    )
    assert made.returncode == 0, made.stderr
    return folder


@contextmanager
def serving(folder: Path, lie: bytes | None = None) -> Iterator[str]:
    """Yield the address of the authority, which may stamp something else."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["content-length"]))
            (folder / "asked.tsq").write_bytes(asked if lie is None else lie)
            openssl(
                *("ts", "-reply", "-config", str(folder / "tsa.cnf")),
                *("-queryfile", str(folder / "asked.tsq")),
                *("-out", str(folder / "said.tsr")),
            )
            body = (folder / "said.tsr").read_bytes()
            self.send_response(200)
            self.send_header("content-type", ANSWERED)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_told: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(120)


def house(engine: Engine, folder: Path, url: str) -> App:
    settings = Settings(data_dir=folder, audit=Audit(timestamp_url=url))
    app = compose(settings, engine, lambda: NOW, Seal(Fernet.generate_key(), 12))
    for _ in range(3):
        with app.work("test") as work:
            work.audit("topology", 1, "note", None, {"text": "x"})
            work.commit()
    return app


def test_the_end_is_stamped_and_proves_what_was_written_anew(
    engine: Engine, tmp_path: Path, authority: Path
) -> None:
    with serving(authority) as url:
        app = house(engine, tmp_path, url)
        told = publish_head(app)
    kept = Path(str(told["stamped"]))
    checked = openssl(
        *("ts", "-verify", "-digest", str(told["hash"]), "-in", str(kept)),
        *("-CAfile", str(authority / "tsa.pem")),
    )
    assert b"Verification: OK" in checked.stdout, checked.stderr
    assert audit_problems(app) == []
    past_the_program(app, "DELETE FROM audit_entry WHERE seq > 2")
    end = "(SELECT hash FROM audit_entry WHERE seq = 2)"
    past_the_program(app, f"UPDATE audit_head SET count = 2, hash = {end}")
    assert any("missing" in one.text for one in audit_problems(app))
    app.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_stamp_of_something_else_is_refused(
    engine: Engine, tmp_path: Path, authority: Path
) -> None:
    for lie in (query(b"\x07" * 32, 5), b"nonsense"):
        with serving(authority, lie) as url:
            app = house(engine, tmp_path, url)
            with pytest.raises(Invalid):
                publish_head(app)
        assert not list(tmp_path.glob("timestamps/*"))
        with app.engine.connect() as connection:
            assert connection.execute(text("SELECT 1")).scalar_one() == 1
        app.close()


@pytest.mark.parametrize(
    "answer", [b"", b"0", b"\x30\x84\xff\xff\xff\xff", b"0\x03\x02\x01\x00"]
)
def test_what_is_no_answer_is_refused(answer: bytes) -> None:
    with pytest.raises(Invalid):
        stamped(answer)
