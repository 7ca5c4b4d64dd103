"""Collects every secret and personal value of the scenarios, and searches everything that the run left behind for them.

Values that a call returns on purpose (rows, settings, LGD_AUTHCODE) are no leak and are not searched. Messages are.
"""

import hashlib
import json
import re
from pathlib import Path
from urllib.parse import quote_from_bytes, quote_plus

from scenarios import as_bytes

# The names of section 7 of the protocol page, and others whose values are as personal.
SECRET = [
    "LGD_AUTHCODE",
    "LGD_PAN",
    "LGD_PIN",
    "LGD_PRIVATENO",
    "LGD_BUYERSSN",
    "LGD_CULTPASSWD",
    "LGD_CULTPIN",
    "LGD_CASHCARDNUM",
    "LGD_BILLKEY",
    "LGD_BUYERPHONE",
    "LGD_BUYEREMAIL",
    "LGD_BUYERADDRESS",
    "LGD_MOBILENUM",
    "LGD_CUSTOM_BUSINESSNUM",
    "LGD_CUSTOM_MERTPHONE",
    "LGD_RFACCOUNTNUM",
    "LGD_RFPHONE",
]
SECRET_BEGINNINGS = ("LGD_RECEIVER", "LGD_MOBILE_SUBAUTH_", "LGD_AUTHSUB_")
MERT_KEY = re.compile(r"[0-9a-f]{32}")
DEMO_KEY = "95160cce09854ef44d2edb2bfb05f9f3"

# Shorter values appear in any log by chance: a scenario must not use them, and an answer's are skipped.
SHORTEST = 8

_secrets = {DEMO_KEY.encode()}


def note(name, value):
    """Collects a parameter or setting of a scenario."""
    if is_secret(name) or MERT_KEY.fullmatch(value):
        if 0 < len(as_bytes(value)) < SHORTEST:
            raise ValueError(f"{name}: a secret has {SHORTEST} bytes or more here, or it could not be searched for")
        _secrets.update([as_bytes(value)] if value else [])


def note_identity(paykey):
    """Collects the name of an identity check too: it is personal, and its few syllables do not appear by chance."""
    if paykey.get("identity"):
        _secrets.add(paykey["buyer"].encode())


def note_answer(name, value):
    """Collects a value of a row."""
    if is_secret(name) and len(value) >= SHORTEST:
        _secrets.add(value)


def is_secret(name):
    return name in SECRET or name.startswith(SECRET_BEGINNINGS)


def note_message(home, message):
    """Keeps a message, which must hold no secret."""
    keep(home.parent / "messages.txt", message)


def requests(home, seen):
    """Collects the LGD_AUTHCODE, a secret, of every request that the sandbox lists, automatic Rollbacks included."""
    keep(home.parent / "requests.json", json.dumps(seen, ensure_ascii=False).encode())
    for request in seen:
        _secrets.add(hashlib.sha1((request["txid"] + DEMO_KEY).encode()).hexdigest().encode())


def keep(path, line):
    with open(path, "ab") as file:
        file.write(line + b"\n")


def count():
    return len(_secrets)


def searched(workshop):
    return f"{len(files(workshop))} files"


def files(workshop):
    """All files that the run left, except configuration and transcripts, in which MertKeys and rows belong."""
    left = [path for path in Path(workshop).rglob("*") if path.is_file()]
    return [path for path in left if path.parent.name != "conf" and "transcripts" not in path.parts]


def found(workshop):
    """One line for each file that has a secret. The line does not contain the secret."""
    spellings = sorted({spelling for secret in _secrets for spelling in spelled(secret)})
    patterns = re.compile(b"|".join(map(re.escape, spellings)))
    hits = []
    for path in files(workshop):
        for match in patterns.finditer(path.read_bytes()):
            where = f"{path.relative_to(workshop)}, byte {match.start()}"
            hits.append(f"FAILED {where}: a secret or personal value of {len(match[0])} bytes")
    return hits


def spelled(secret):
    """The value unchanged, in the other encoding, and percent-encoded in both."""
    encodings = {secret}
    try:
        encodings.add(secret.decode("utf-8").encode("cp949"))
    except UnicodeError:
        encodings.add(secret.decode("cp949", "replace").encode())
    return encodings | {form(text, safe="").encode() for text in encodings for form in (quote_from_bytes, quote_plus)}
