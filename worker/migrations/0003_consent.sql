-- The version of the text that was agreed to, as it stood on the page; "api" where a program sent the request.
ALTER TABLE leads ADD COLUMN consent TEXT;
-- A hash of what stands in the mail that asks for a confirmation; nothing where none is asked for. Such a request has no row in the
-- outbox before it is confirmed.
ALTER TABLE leads ADD COLUMN confirmation TEXT;
ALTER TABLE leads ADD COLUMN confirmed_at INTEGER;

CREATE UNIQUE INDEX leads_by_confirmation ON leads (confirmation) WHERE confirmation IS NOT NULL;
