-- Requests for a discovery call. Everything personal is in this one table.
CREATE TABLE leads (
  id TEXT PRIMARY KEY,
  -- A hash of the Idempotency-Key, or of everything that was said where there was none.
  key TEXT NOT NULL UNIQUE,
  -- A hash of everything that was said: the same key with other words is refused.
  digest TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL COLLATE NOCASE,
  company TEXT,
  domain TEXT NOT NULL,
  segment TEXT,
  goal TEXT,
  launch_date TEXT,
  message TEXT,
  report TEXT,
  sprint TEXT NOT NULL
);

CREATE INDEX leads_by_time ON leads (created_at, id);
CREATE INDEX leads_by_email ON leads (email);

-- What is still to be told to the owner. A row is written together with its request, and goes only with it.
CREATE TABLE outbox (
  lead TEXT PRIMARY KEY,
  -- When the sweep looks at it, unless it was delivered.
  next_at INTEGER NOT NULL,
  claimed_at INTEGER,
  delivered_at INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0
);

CREATE INDEX outbox_open ON outbox (next_at) WHERE delivered_at IS NULL;
