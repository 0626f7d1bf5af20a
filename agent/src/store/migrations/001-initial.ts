/**
 * Plans and the ledger refuse UPDATE and DELETE. The insert guard also stops `INSERT OR REPLACE`, which removes a row
 * without firing a delete trigger.
 */
export const initialMigration = `
CREATE TABLE plans (
  id TEXT PRIMARY KEY,
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL,
  title TEXT NOT NULL,
  capability TEXT NOT NULL,
  target TEXT NOT NULL,
  body TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE INDEX plans_created ON plans (created_at);
CREATE TRIGGER plans_no_update BEFORE UPDATE ON plans BEGIN SELECT RAISE(ABORT, 'plans are append-only'); END;
CREATE TRIGGER plans_no_delete BEFORE DELETE ON plans BEGIN SELECT RAISE(ABORT, 'plans are append-only'); END;
CREATE TRIGGER plans_no_replace BEFORE INSERT ON plans WHEN EXISTS (SELECT 1 FROM plans WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'plans are append-only'); END;

CREATE TABLE plan_secrets (
  plan_id TEXT NOT NULL REFERENCES plans (id),
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (plan_id, name)
) STRICT;

CREATE TABLE plan_runs (
  plan_id TEXT PRIMARY KEY REFERENCES plans (id),
  run_id TEXT NOT NULL,
  pid INTEGER NOT NULL,
  boot_id TEXT NOT NULL,
  pid_namespace TEXT NOT NULL,
  process_start TEXT NOT NULL,
  started_at TEXT NOT NULL,
  beat_at TEXT NOT NULL
) STRICT;

CREATE TABLE ledger (
  seq INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  kind TEXT NOT NULL,
  plan_id TEXT,
  step_id TEXT,
  actor TEXT NOT NULL,
  data TEXT NOT NULL,
  previous TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE INDEX ledger_plan ON ledger (plan_id, seq);
CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_in_order BEFORE INSERT ON ledger
  WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM ledger)
  BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TABLE ledger_head (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  count INTEGER NOT NULL,
  hash TEXT NOT NULL
) STRICT;

CREATE TABLE conversations (
  id TEXT PRIMARY KEY,
  created_at TEXT NOT NULL,
  title TEXT NOT NULL
) STRICT;

CREATE TABLE messages (
  id INTEGER PRIMARY KEY,
  conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  created_at TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
  text TEXT NOT NULL,
  run_id TEXT
) STRICT;
CREATE INDEX messages_conversation ON messages (conversation_id, id);

CREATE TABLE findings (
  id INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL,
  created_at TEXT NOT NULL,
  object TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX findings_run ON findings (run_id);
CREATE INDEX findings_object ON findings (object, id);
CREATE INDEX findings_fingerprint ON findings (fingerprint, id);

CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;
`;
