-- What payments need of a database. Replace users and orders with yours. MySQL, MariaDB and PostgreSQL know generated columns, too.

CREATE TABLE IF NOT EXISTS users (
    name TEXT PRIMARY KEY,
    token_digest TEXT NOT NULL UNIQUE,
    is_merchant INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE IF NOT EXISTS orders (
    id INTEGER PRIMARY KEY,
    buyer TEXT NOT NULL REFERENCES users,
    title TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    is_paid INTEGER NOT NULL DEFAULT 0
);

-- A try to pay an order, under an LGD_OID of its own.
CREATE TABLE IF NOT EXISTS payments (
    oid TEXT PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES orders,
    amount INTEGER NOT NULL CHECK (amount > 0),
    balance INTEGER NOT NULL DEFAULT 0 CHECK (balance BETWEEN 0 AND amount),
    state TEXT NOT NULL DEFAULT 'ready'
        CHECK (state IN ('ready', 'paying', 'doubt', 'repeated', 'waiting', 'paid', 'failed', 'cancelled')),
    message TEXT NOT NULL DEFAULT '',
    tx_id TEXT UNIQUE,
    sent_at REAL,
    tid TEXT UNIQUE,
    means TEXT NOT NULL DEFAULT '',
    bank TEXT NOT NULL DEFAULT '',
    account TEXT NOT NULL DEFAULT '',
    pay_by REAL,
    -- One payment of an order is under way or paid, whatever two workers do at the same time.
    live INTEGER UNIQUE GENERATED ALWAYS AS
        (CASE WHEN state IN ('paying', 'doubt', 'repeated', 'waiting', 'paid') THEN order_id END) VIRTUAL
);

-- A notification counts once.
CREATE TABLE IF NOT EXISTS notices (
    tid TEXT NOT NULL,
    seqno TEXT NOT NULL,
    flag TEXT NOT NULL,
    pay_date TEXT NOT NULL,
    PRIMARY KEY (tid, seqno, flag, pay_date)
);

-- Written before a cancellation leaves, and again with its end.
CREATE TABLE IF NOT EXISTS cancellations (
    tx_id TEXT PRIMARY KEY,
    oid TEXT NOT NULL REFERENCES payments,
    amount INTEGER NOT NULL,
    merchant TEXT NOT NULL,
    outcome TEXT NOT NULL DEFAULT 'sent'
);
