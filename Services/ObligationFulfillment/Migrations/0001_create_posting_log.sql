-- The log of each lane: what each fact did to each book, exactly as published.
CREATE TABLE posting (
  lane integer NOT NULL,
  sequence bigint NOT NULL CHECK (sequence > 0),
  chain bytea NOT NULL CHECK (length(chain) = 32),
  account text NOT NULL,
  livemode boolean NOT NULL,
  type text NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (lane, sequence)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'A row of % is never changed.', TG_TABLE_NAME;
END
$$;

CREATE TRIGGER posting_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON posting
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
