"""Collects every secret and personal value the scenarios use, and looks for them in all that the run left behind.

What a call hands to its caller on purpose (rows, settings, LGD_AUTHCODE) is no leak and is not looked at. Messages are.
"""

import hashlib
import json
import re
from pathlib import Path
from urllib.parse import quote_from_bytes, quote_plus

from scenarios import as_bytes

# The names of section 7 of the protocol page, and those whose values are no less personal.
SECRET = """LGD_AUTHCODE LGD_PAN LGD_PIN LGD_PRIVATENO LGD_BUYERSSN LGD_CULTPASSWD LGD_CULTPIN LGD_CASHCARDNUM
    LGD_BILLKEY LGD_BUYERPHONE LGD_BUYEREMAIL LGD_BUYERADDRESS LGD_MOBILENUM
    LGD_CUSTOM_BUSINESSNUM LGD_CUSTOM_MERTPHONE LGD_RFACCOUNTNUM LGD_RFPHONE""".split()
SECRET_BEGINNINGS = ("LGD_RECEIVER", "LGD_MOBILE_SUBAUTH_", "LGD_AUTHSUB_")
MERT_KEY = re.compile(r"[0-9a-f]{32}")
DEMO_KEY = "95160cce09854ef44d2edb2bfb05f9f3"

# Shorter ones are found by chance in any log: a scenario must not use them, and an answer's are left out.
SHORTEST = 8

_secrets = {DEMO_KEY.encode()}


def note(name, value):
    """A parameter or setting as a scenario gives it."""
    if is_secret(name) or MERT_KEY.fullmatch(value):
        if 0 < len(as_bytes(value)) < SHORTEST:
            raise ValueError(f"{name}: a secret has {SHORTEST} bytes or more here, or it could not be searched for")
        _secrets.update([as_bytes(value)] if value else [])


def note_identity(paykey):
    """Of an identity check the name itself is personal; it is a few syllables, which do not turn up by chance."""
    if paykey.get("identity"):
        _secrets.add(paykey["buyer"].encode())


def note_answer(name, value):
    """A value of a row."""
    if is_secret(name) and len(value) >= SHORTEST:
        _secrets.add(value)


def is_secret(name):
    return name in SECRET or name.startswith(SECRET_BEGINNINGS)


def said(home, message):
    """A message, in which there must be no secret."""
    keep(home.parent / "messages.txt", message)


def requests(home, seen):
    """What the sandbox shows of requests. The LGD_AUTHCODE of each, those of automatic Rollbacks too, is a secret."""
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
    """Everything the run left, but for configuration and transcripts: MertKeys and rows belong there."""
    left = [path for path in Path(workshop).rglob("*") if path.is_file()]
    return [path for path in left if path.parent.name != "conf" and "transcripts" not in path.parts]


def found(workshop):
    """A line for each file that has a secret. The line does not repeat it."""
    spellings = sorted({spelling for secret in _secrets for spelling in spelled(secret)})
    patterns = re.compile(b"|".join(map(re.escape, spellings)))
    hits = []
    for path in files(workshop):
        for match in patterns.finditer(path.read_bytes()):
            where = f"{path.relative_to(workshop)}, byte {match.start()}"
            hits.append(f"FAILED {where}: a secret or personal value of {len(match[0])} bytes")
    return hits


def spelled(secret):
    """As it is, in the other encoding, and percent-encoded both ways."""
    encodings = {secret}
    try:
        encodings.add(secret.decode("utf-8").encode("cp949"))
    except UnicodeError:
        encodings.add(secret.decode("cp949", "replace").encode())
    return encodings | {form(text, safe="").encode() for text in encodings for form in (quote_from_bytes, quote_plus)}
