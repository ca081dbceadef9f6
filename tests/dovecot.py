"""A Dovecot of our own: one mailbox, on a high port of this machine, gone afterwards."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.house import free_port
from tests.waiting import until

CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{folder}/Maildir
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
passdb {{
  driver = static
  args = password=geheim
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""


@dataclass
class Mailbox:
    """url: for settings. folder: its Maildir."""

    url: str
    folder: Path
    owner: str

    def put(self, name: str, raw: bytes) -> None:
        draft = self.folder / "tmp" / name
        draft.write_bytes(raw)
        shutil.chown(draft, self.owner)
        draft.rename(self.folder / "new" / name)

    def names(self) -> set[str]:
        return {path.name for place in ("new", "cur") for path in (self.folder / place).iterdir()}


def program() -> str | None:
    return shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")


@contextmanager
def private() -> Iterator[Mailbox]:
    """Raises FileNotFoundError where Dovecot is not installed."""
    found = program()
    if found is None:
        raise FileNotFoundError("Dovecot is not installed.")
    root = os.geteuid() == 0
    user = "nobody" if root else pwd.getpwuid(os.geteuid()).pw_name
    group = "nogroup" if root else str(os.getegid())
    folder, port = Path(tempfile.mkdtemp(prefix="allmende-dovecot-")), free_port()
    for name in ("run", "state", "Maildir", "Maildir/new", "Maildir/cur", "Maildir/tmp"):
        (folder / name).mkdir()
    settings = folder / "dovecot.conf"
    settings.write_text(CONFIGURATION.format(folder=folder, user=user, group=group, port=port))
    for path in [folder, *folder.rglob("*")]:
        if root:
            shutil.chown(path, user, group)
    as_user = ["runuser", "-u", user, "--"] if root else []
    process = subprocess.Popen([*as_user, found, "-F", "-c", str(settings)])
    try:
        until(lambda: (folder / "run" / "master.pid").exists() or process.poll() is not None)
        said = (folder / "log").read_text() if (folder / "log").exists() else ""
        assert process.poll() is None, said
        yield Mailbox(f"imap://leser:geheim@127.0.0.1:{port}/INBOX", folder / "Maildir", user)
    finally:
        process.terminate()
        process.wait(60)
        shutil.rmtree(folder, ignore_errors=True)
