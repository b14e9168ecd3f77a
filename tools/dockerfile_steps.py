"""Runs the steps of the Dockerfile in an empty folder, where no container engine is at hand.

    python tools/dockerfile_steps.py [--python PYTHON]

What it does: each stage gets an empty root folder; RUN, COPY, ENV and WORKDIR are carried out with
the absolute paths of the Dockerfile moved below that folder; then CMD is started with the user of
the image (when run by root) over files that are read-only outside the declared volumes, the
HEALTHCHECK command is tried until it succeeds, one question is asked, and the service is stopped
with SIGTERM. What it does not do: it pulls no base image (the interpreter given stands for it),
and creates no account. Exits with 1 and the step's line when a step fails.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
# The folders of the image that the Dockerfile fills; everything else belongs to the base image.
IMAGE_PATH = re.compile(r"(?<![\w./-])/(?=(?:src|opt|srv)\b)")
NEEDS_PRIVILEGES = ("useradd", "adduser", "groupadd", "addgroup", "apt-get", "apk")
QUESTION = "全州教育总投入是多少？"
HEALTHY_WITHIN = 90  # seconds
STOPPED_WITHIN = 15  # seconds


class StepFailed(Exception):
    """A step of the Dockerfile did not succeed."""


@dataclass
class Image:
    """What has been built so far. `root` is where the current stage's files lie."""

    folder: Path
    environment: dict[str, str]
    workdir: str = "/"
    user: str = ""
    stage: str = ""
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)
    volumes: list[str] = field(default_factory=list)

    @property
    def root(self) -> Path:
        """The folder that stands for `/` of the current stage."""
        return self.folder / "root"

    def moved(self, text: str) -> str:
        """`text` with the image's absolute paths moved below `root`."""
        return IMAGE_PATH.sub(f"{self.root}/", text)

    def path(self, name: str) -> Path:
        """Where a path of the image lies; relative ones start at the working folder."""
        return self.root / os.path.join(self.workdir, name).lstrip("/")


def steps(dockerfile: Path) -> Iterator[tuple[str, str]]:
    """The instructions of a Dockerfile with their arguments, continued lines joined."""
    text = re.sub(r"^\s*#.*\n", "", dockerfile.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for line in re.sub(r"\\\n\s*", " ", text).splitlines():
        if line.strip():
            name, _, rest = line.strip().partition(" ")
            yield name.upper(), rest.strip()


def begin_stage(image: Image, rest: str) -> None:
    """FROM: put the finished stage aside under its name, and start on an empty root."""
    if image.stage:
        image.root.rename(image.folder / image.stage)
    words = rest.split()
    image.stage = words[words.index("AS") + 1] if "AS" in words else "final"
    image.root.mkdir()
    image.workdir = "/"


def run(image: Image, rest: str) -> None:
    """RUN: a shell command in the working folder."""
    if rest.startswith(NEEDS_PRIVILEGES):
        print("      (skipped: needs the privileges of a build)")
        return
    done = subprocess.run(
        ["sh", "-c", image.moved(rest)], cwd=image.path("."), env=image.environment, check=False
    )
    if done.returncode:
        raise StepFailed(f"exit code {done.returncode}")


def copy(image: Image, rest: str) -> None:
    """COPY: from the project or from a finished stage."""
    words = shlex.split(rest)
    flags = dict(word[2:].split("=", 1) for word in words if word.startswith("--"))
    *sources, target = [word for word in words if not word.startswith("--")]
    origin = image.folder / flags["from"] if "from" in flags else PROJECT
    into_folder = target.endswith("/")
    for source in sources:
        found = origin / source.lstrip("/")
        destination = image.path(target) / found.name if into_folder else image.path(target)
        destination.parent.mkdir(parents=True, exist_ok=True)
        if found.is_dir():
            unwanted = shutil.ignore_patterns("__pycache__") if origin == PROJECT else None
            shutil.copytree(found, destination, symlinks=True, ignore=unwanted)
        elif found.is_file():
            shutil.copy2(found, destination)
        else:
            raise StepFailed(f"{source} does not exist")
        if "chown" in flags and os.geteuid() == 0:
            subprocess.run(["chown", "-R", flags["chown"], str(destination)], check=True)


def set_environment(image: Image, rest: str) -> None:
    """ENV: name=value pairs that may use earlier values."""
    for pair in shlex.split(rest):
        name, _, value = pair.partition("=")
        value = re.sub(r"\$(\w+)", lambda use: image.environment.get(use[1], ""), value)
        image.environment[name] = image.moved(value)


def set_workdir(image: Image, rest: str) -> None:
    """WORKDIR: made when missing."""
    image.workdir = rest
    image.path(".").mkdir(parents=True, exist_ok=True)


def set_user(image: Image, rest: str) -> None:
    """USER: by number, so that an orchestrator can check that it is not root."""
    if not re.fullmatch(r"[1-9]\d*(:[1-9]\d*)?", rest):
        raise StepFailed(f"the user {rest!r} is not a number other than 0")
    image.user = rest


def set_command(image: Image, rest: str) -> None:
    """CMD in its JSON form."""
    image.command = json.loads(rest)


def set_health(image: Image, rest: str) -> None:
    """HEALTHCHECK with a CMD in its JSON form."""
    image.health = json.loads(rest[rest.index("[") :])


def set_volumes(image: Image, rest: str) -> None:
    """VOLUME in its JSON form: the places that may be written to."""
    image.volumes = json.loads(rest)


ACTIONS = {
    "FROM": begin_stage,
    "RUN": run,
    "COPY": copy,
    "ENV": set_environment,
    "WORKDIR": set_workdir,
    "USER": set_user,
    "CMD": set_command,
    "HEALTHCHECK": set_health,
    "VOLUME": set_volumes,
}
DECLARATIONS = {"ARG", "LABEL", "EXPOSE"}


def build(image: Image, dockerfile: Path) -> None:
    """Carry out every step."""
    for name, rest in steps(dockerfile):
        print(f"{name:<12}{rest[:100]}", flush=True)
        if name in DECLARATIONS:
            continue
        if name not in ACTIONS:
            raise StepFailed(f"{name} is not known to this script")
        try:
            ACTIONS[name](image, rest)
        except StepFailed as error:
            raise StepFailed(f"{name} {rest}\n{error}") from None


def close_for_writing(image: Image) -> None:
    """Take the right to write from everything outside the volumes, as a read-only root does."""
    subprocess.run(["chmod", "-R", "a-w", str(image.root)], check=True)
    for volume in image.volumes:
        subprocess.run(["chmod", "-R", "u+w", str(image.path(volume))], check=True)


def identity(image: Image) -> dict[str, int]:
    """The user and group to run as; only root can change to another one."""
    if os.geteuid() != 0:
        return {}
    user, _, group = image.user.partition(":")
    return {"user": int(user), "group": int(group or user)}


def wait_until_healthy(image: Image, service: subprocess.Popen[bytes]) -> float:
    """Try the HEALTHCHECK command until it succeeds; seconds taken."""
    began = time.monotonic()
    while time.monotonic() - began < HEALTHY_WITHIN:
        if service.poll() is not None:
            raise StepFailed(f"{image.command} ended with {service.returncode}")
        check = subprocess.run(
            image.health, env=image.environment, capture_output=True, check=False
        )
        if check.returncode == 0:
            return time.monotonic() - began
        time.sleep(0.2)
    raise StepFailed(f"not healthy within {HEALTHY_WITHIN} s: {check.stderr.decode()[-300:]}")


def ask(port: int) -> str:
    """Ask one question over HTTP; the reply's status and answer."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/v1/ask",
        data=json.dumps({"question": QUESTION}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        reply = json.load(response)
    return f"{reply['status']}: {reply.get('answer') or reply.get('message')}"


def serve(image: Image) -> None:
    """Start CMD, check its health, ask, stop it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    image.environment |= {
        "YOUJU_PORT": str(port),
        "YOUJU_HOST": "127.0.0.1",
        "HOME": "/nonexistent",
    }
    close_for_writing(image)
    program = shutil.which(image.command[0], path=image.environment["PATH"])
    service = subprocess.Popen(
        [program or image.command[0], *image.command[1:]],
        cwd=image.path("."),
        env=image.environment,
        **identity(image),  # type: ignore[call-overload]
    )
    try:
        print(f"healthy after {wait_until_healthy(image, service):.1f} s")
        print(f"{QUESTION} {ask(port)}")
        service.send_signal(signal.SIGTERM)
        print(f"stopped with exit code {service.wait(timeout=STOPPED_WITHIN)}")
    finally:
        service.kill()
        service.wait()


def main() -> int:
    """Build in a temporary folder, serve, clean up."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", default=sys.executable, help="stands for the base image's")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="dockerfile-steps-"))
    folder.chmod(0o755)
    tools = folder / "bin"
    tools.mkdir()
    # A script and not a link: a virtual environment made through a link would point back to it.
    (tools / "python").write_text(f'#!/bin/sh\nexec {shlex.quote(options.python)} "$@"\n')
    (tools / "python").chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    image = Image(folder, {"PATH": f"{tools}:{os.defpath}", "HOME": str(folder), **kept})
    try:
        build(image, PROJECT / "Dockerfile")
        serve(image)
    except StepFailed as error:
        print(f"failed: {error}", file=sys.stderr)
        return 1
    finally:
        subprocess.run(["chmod", "-R", "u+w", str(folder)], check=False)
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
