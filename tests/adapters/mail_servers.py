"""A private Postfix that puts all mail of one domain into a mailbox, and a private Dovecot that
opens it over IMAP: on loopback only, with folders and ports of their own.

Both want to be started by root, for they work under other users' names.
"""

import email
import email.policy
import imaplib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from tests.house import free_port
from tests.waiting import until

DOMAIN = "leserschaft.example"
NOBODY = 65534  # who owns the mailbox
PASSWORD = "boot-am-wehr"
MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/lib
mail_owner = postfix
maillog_file_prefixes = {folder}
maillog_file = {folder}/postfix.log
myhostname = mail.{domain}
mydestination =
alias_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = reject_unauth_destination
default_transport = error:nothing leaves this machine
virtual_mailbox_domains = {domain}
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = static:all/
virtual_uid_maps = static:{nobody}
virtual_gid_maps = static:{nobody}
"""
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
DOVECOT = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:{folder}/mail/all
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={nobody} gid={nobody} home={folder}/mail
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""


def lacking() -> str:
    """Why there can be no mail server here; empty where there can."""
    if os.geteuid() != 0:
        return "only root starts mail servers"
    missing = [name for name in ("postfix", "dovecot") if not program(name)]
    if missing:
        return f"{' and '.join(missing)} are missing"
    version = subprocess.run([program("dovecot"), "--version"], capture_output=True, text=True)
    return "" if version.stdout.startswith("2.3.") else "Dovecot is not of the line 2.3"


def program(name: str) -> str:
    return shutil.which(name, path="/usr/sbin:/usr/bin") or ""


@dataclass(frozen=True)
class MailServer:
    """`smtp` and `imap` are ports on 127.0.0.1."""

    smtp: int
    imap: int

    def letters(self, address: str) -> list[EmailMessage]:
        """What lies in the mailbox for an address, read over IMAP, the oldest first."""
        with imaplib.IMAP4("127.0.0.1", self.imap) as box:
            box.login(address, PASSWORD)
            box.select("INBOX", readonly=True)
            _, (keys,) = box.search(None, "TO", f'"{address}"')
            found = [box.fetch(key, "(BODY.PEEK[])")[1][0] for key in keys.decode().split()]
        raw = [one[1] for one in found if isinstance(one, tuple)]
        return [email.message_from_bytes(one, policy=email.policy.default) for one in raw]


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Both servers, until the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="mail-"))
    folder.chmod(0o755)
    words = {"folder": folder, "domain": DOMAIN, "nobody": NOBODY, "password": PASSWORD}
    smtp = free_port()
    imap = smtp + 1
    settings = folder / "postfix"
    try:
        for name in ("postfix", "queue", "lib", "mail"):
            (folder / name).mkdir()
        shutil.chown(folder / "lib", "postfix")
        os.chown(folder / "mail", NOBODY, NOBODY)
        (settings / "main.cf").write_text(MAIN.format(**words))
        (settings / "master.cf").write_text(MASTER.format(port=smtp))
        (folder / "dovecot.conf").write_text(DOVECOT.format(port=imap, **words))
        postfix = [program("postfix"), "-c", str(settings)]
        subprocess.run([*postfix, "start"], check=True, capture_output=True)
        command = [program("dovecot"), "-F", "-c", str(folder / "dovecot.conf")]
        dovecot = subprocess.Popen(command)
        try:
            until(lambda: (folder / "run").exists() and answers(imap))
            yield MailServer(smtp, imap)
        finally:
            dovecot.terminate()
            dovecot.wait(timeout=60)
            subprocess.run([*postfix, "stop"], check=False, capture_output=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def answers(port: int) -> bool:
    try:
        with imaplib.IMAP4("127.0.0.1", port):
            return True
    except OSError:
        return False
