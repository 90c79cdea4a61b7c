-- When the webhook took it, where an e-mail is sent, too: if that one fails, the webhook is not called again.
ALTER TABLE outbox ADD COLUMN called_at INTEGER;
