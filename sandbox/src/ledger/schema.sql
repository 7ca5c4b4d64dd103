-- The sandbox's ledger. No secret is in it: no card number, PIN, MertKey or resident number.
-- The rules of money are constraints, so that no code can break them.

CREATE TABLE IF NOT EXISTS sequence (n INTEGER NOT NULL);
INSERT INTO sequence SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM sequence);

-- LGD_PAYKEYs: the buyer's consent to one payment or one identity check.
CREATE TABLE IF NOT EXISTS paykey (
    paykey      TEXT PRIMARY KEY,
    identity    INTEGER NOT NULL,
    mid         TEXT NOT NULL,
    oid         TEXT NOT NULL,
    amount      INTEGER NOT NULL CHECK (amount >= 0),
    taxfree     INTEGER NOT NULL CHECK (taxfree BETWEEN 0 AND amount),
    paytype     TEXT NOT NULL,
    finance     TEXT NOT NULL,
    install     TEXT NOT NULL,
    nointerest  INTEGER NOT NULL,
    escrow      INTEGER NOT NULL,
    buyer       TEXT NOT NULL,
    buyerid     TEXT NOT NULL,
    productinfo TEXT NOT NULL,
    timestamp   TEXT NOT NULL,
    closedate   TEXT NOT NULL,
    cash_receipt TEXT NOT NULL,
    made        INTEGER NOT NULL,
    used        INTEGER NOT NULL
);

-- What the shop sent of the buyer and the goods, and its own names, by LGD_PAYKEY and, once it is paid, by LGD_TID too.
-- They are personal: only results and notices to the same shop repeat them.
CREATE TABLE IF NOT EXISTS carried (
    subject TEXT NOT NULL,
    name    TEXT NOT NULL,
    value   TEXT NOT NULL,
    PRIMARY KEY (subject, name)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS payment (
    tid         TEXT PRIMARY KEY,
    mid         TEXT NOT NULL,
    oid         TEXT NOT NULL,
    paytype     TEXT NOT NULL,
    state       TEXT NOT NULL,
    amount      INTEGER NOT NULL CHECK (amount > 0),
    balance     INTEGER NOT NULL CHECK (balance BETWEEN 0 AND amount),
    taxfree     INTEGER NOT NULL CHECK (taxfree BETWEEN 0 AND amount),
    finance     TEXT NOT NULL,
    install     TEXT NOT NULL,
    nointerest  INTEGER NOT NULL,
    escrow      INTEGER NOT NULL,
    buyer       TEXT NOT NULL,
    buyerid     TEXT NOT NULL,
    productinfo TEXT NOT NULL,
    timestamp   TEXT NOT NULL,
    closedate   TEXT NOT NULL,
    cash_receipt TEXT NOT NULL,
    paydate     TEXT NOT NULL,
    settled     INTEGER NOT NULL
);

-- These four states follow from the balance and are set only here.
CREATE TRIGGER IF NOT EXISTS state_follows_money AFTER UPDATE OF balance ON payment
WHEN new.state NOT IN ('pending', 'issued', 'rolled_back')
BEGIN
    UPDATE payment SET state = CASE
        WHEN balance = 0 THEN 'cancelled'
        WHEN balance < amount THEN 'partly_cancelled'
        WHEN paytype = 'SC0040' THEN 'paid'
        ELSE 'approved' END
    WHERE tid = new.tid;
END;

-- `txid` is the transaction that issued it; empty for one that a deposit issued.
CREATE TABLE IF NOT EXISTS receipt (
    number  TEXT PRIMARY KEY,
    txid    TEXT NOT NULL,
    tid     TEXT NOT NULL,
    seqno   TEXT NOT NULL,
    mid     TEXT NOT NULL,
    oid     TEXT NOT NULL,
    paytype TEXT NOT NULL,
    purpose TEXT NOT NULL,
    amount  INTEGER NOT NULL CHECK (amount > 0),
    balance INTEGER NOT NULL CHECK (balance BETWEEN 0 AND amount)
);

-- A billing key is enough to pay, so only its digest is stored.
CREATE TABLE IF NOT EXISTS billing_key (
    digest  TEXT PRIMARY KEY,
    mid     TEXT NOT NULL,
    finance TEXT NOT NULL
);

-- Every LGD_TXID that arrived, with its effect, so that a Rollback can undo it.
CREATE TABLE IF NOT EXISTS journal (
    txid    TEXT PRIMARY KEY,
    mid     TEXT NOT NULL,
    txname  TEXT NOT NULL,
    code    TEXT NOT NULL,
    effect  TEXT NOT NULL,
    subject TEXT NOT NULL,
    amount  INTEGER NOT NULL,
    taxfree INTEGER NOT NULL,
    before  TEXT NOT NULL,
    undone  INTEGER NOT NULL,
    at      TEXT NOT NULL
);

CREATE INDEX IF NOT EXISTS payment_of_order ON payment (mid, oid);
-- The admin's lists are by day.
CREATE INDEX IF NOT EXISTS payment_of_day ON payment (paydate);
CREATE INDEX IF NOT EXISTS receipt_of_payment ON receipt (tid, seqno);
CREATE INDEX IF NOT EXISTS receipt_of_transaction ON receipt (txid);
CREATE INDEX IF NOT EXISTS journal_of_subject ON journal (subject);

-- Escrow deliveries that the shop registered.
CREATE TABLE IF NOT EXISTS delivery (
    tid     TEXT NOT NULL,
    kind    TEXT NOT NULL,
    product TEXT NOT NULL,
    date    TEXT NOT NULL,
    company TEXT NOT NULL,
    number  TEXT NOT NULL,
    at      TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS delivery_of_payment ON delivery (tid);

-- LGD_TXIDs that were rolled back before they arrived.
CREATE TABLE IF NOT EXISTS barred (txid TEXT PRIMARY KEY);

-- Where an account's notices go, by LGD_PAYKEY until it is used and by LGD_TID afterwards.
CREATE TABLE IF NOT EXISTS note_address (
    subject  TEXT PRIMARY KEY,
    url      TEXT NOT NULL,
    encoding TEXT NOT NULL,
    patience INTEGER NOT NULL,
    issued   INTEGER NOT NULL
);

-- Notices to the addresses of the shop, inserted with the event. `due` is in milliseconds since 1970; `round` counts how
-- often it was queued.
CREATE TABLE IF NOT EXISTS notice (
    id       INTEGER NOT NULL UNIQUE,
    tid      TEXT NOT NULL,
    oid      TEXT NOT NULL,
    name     TEXT NOT NULL,
    flag     TEXT NOT NULL,
    seqno    TEXT NOT NULL,
    rollback TEXT NOT NULL,
    url      TEXT NOT NULL,
    body     BLOB NOT NULL,
    patience INTEGER NOT NULL,
    state    TEXT NOT NULL,
    tries    INTEGER NOT NULL,
    round    INTEGER NOT NULL,
    due      INTEGER NOT NULL,
    at       TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS notice_due ON notice (due) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS notice_tid ON notice (tid);

-- Every attempt to send a notice, with the shop's answer.
CREATE TABLE IF NOT EXISTS attempt (
    notice  INTEGER NOT NULL,
    at      TEXT NOT NULL,
    url     TEXT NOT NULL,
    status  INTEGER NOT NULL,
    error   TEXT NOT NULL,
    warning TEXT NOT NULL,
    answer  TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS attempt_notice ON attempt (notice);

-- Every parameter's name that a shop sent, by kind of request; never a value.
CREATE TABLE IF NOT EXISTS sent (
    kind  TEXT NOT NULL,
    mid   TEXT NOT NULL,
    name  TEXT NOT NULL,
    times INTEGER NOT NULL,
    first TEXT NOT NULL,
    last  TEXT NOT NULL,
    PRIMARY KEY (kind, mid, name)
);

-- The warnings about them, in Korean and English.
CREATE TABLE IF NOT EXISTS sent_warning (
    kind  TEXT NOT NULL,
    mid   TEXT NOT NULL,
    name  TEXT NOT NULL,
    ko    TEXT NOT NULL,
    en    TEXT NOT NULL,
    times INTEGER NOT NULL,
    last  TEXT NOT NULL,
    PRIMARY KEY (kind, mid, name, ko)
);
