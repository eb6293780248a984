-- The keys that callers show, as hashes: nobody who reads this table can use one.
CREATE TABLE api_key (
  hash bytea PRIMARY KEY CHECK (length(hash) = 32),
  livemode boolean NOT NULL,
  -- The account that the key belongs to; null for a key that may act for any test account, named in a header.
  account text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK (account IS NOT NULL OR NOT livemode)
);
