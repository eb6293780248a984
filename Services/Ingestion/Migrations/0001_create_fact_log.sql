-- The log of each lane: every fact that was accepted, exactly as published, under the identity of its delivery.
CREATE TABLE fact (
  lane integer NOT NULL,
  sequence bigint NOT NULL CHECK (sequence > 0),
  chain bytea NOT NULL CHECK (length(chain) = 32),
  account text NOT NULL,
  livemode boolean NOT NULL,
  type text NOT NULL,
  bytes bytea NOT NULL,
  source text NOT NULL,
  id text NOT NULL,
  -- What was told, so that the same delivery told again is known from another one under its name.
  digest bytea NOT NULL CHECK (length(digest) = 32),
  PRIMARY KEY (lane, sequence),
  UNIQUE (account, livemode, source, id)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'A row of % is never changed.', TG_TABLE_NAME;
END
$$;

CREATE TRIGGER fact_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON fact
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What has become of facts whose callers wait for it.
CREATE TABLE outcome (
  account text NOT NULL,
  livemode boolean NOT NULL,
  source text NOT NULL,
  id text NOT NULL,
  status text NOT NULL,
  code text,
  message text,
  PRIMARY KEY (account, livemode, source, id)
);
