-- What payments need of the shop's orders, and each notification once.
CREATE TABLE orders (
    oid VARCHAR(63) PRIMARY KEY,
    amount INTEGER NOT NULL,
    title VARCHAR(255) NOT NULL,
    buyer VARCHAR(255) NOT NULL,
    state VARCHAR(7) NOT NULL DEFAULT 'unpaid',
    tid VARCHAR(24) NOT NULL DEFAULT ''
);
CREATE TABLE order_notices (id VARCHAR(255) PRIMARY KEY);
