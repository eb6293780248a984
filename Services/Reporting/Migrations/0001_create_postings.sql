-- Every message of the journal, exactly as it was published. What it says is unpacked into the tables below in the same
-- transaction, so that each of them can be made again from this one.
CREATE TABLE posting (
  lane integer NOT NULL CHECK (lane >= 0),
  sequence bigint NOT NULL CHECK (sequence > 0),
  account text NOT NULL,
  livemode boolean NOT NULL,
  recorded_time timestamptz NOT NULL,
  type text NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (lane, sequence)
);

-- A run of entries: one pair of accounts over consecutive periods, the amount of each in minor units. A negative amount
-- means that the accounts change places. Periods are places in the calendar's sequence (year * 12 + month - 1 for months).
CREATE TABLE entry (
  lane integer NOT NULL,
  sequence bigint NOT NULL,
  -- Its place in the posting.
  run integer NOT NULL CHECK (run >= 0),
  account text NOT NULL,
  livemode boolean NOT NULL,
  recorded_time timestamptz NOT NULL,
  currency text NOT NULL CHECK (length(currency) = 3),
  debit text NOT NULL,
  credit text NOT NULL CHECK (credit <> debit),
  first_period integer NOT NULL,
  amounts bigint[] NOT NULL CHECK (cardinality(amounts) > 0 AND array_ndims(amounts) = 1),
  booked integer NOT NULL,
  -- For a correction: the closed period to which it would have belonged.
  original_period integer CHECK (original_period IS NULL OR cardinality(amounts) = 1),
  transaction text NOT NULL,
  line text,
  customer text,
  product text,
  price text,
  -- The kind of business event that caused it, and the event itself.
  event text NOT NULL,
  cause text NOT NULL,
  -- The fact whose arrival made the posting.
  fact text NOT NULL,
  PRIMARY KEY (lane, sequence, run)
);

CREATE INDEX entry_by_account ON entry (account, livemode, lane, sequence);

-- What the entries add up to: enough for every report that tells nothing further apart. The recording day is part of it, so
-- that what was known at an earlier time is the same sum with one more condition.
CREATE TABLE period_sum (
  account text NOT NULL,
  livemode boolean NOT NULL,
  period integer NOT NULL,
  booked integer NOT NULL,
  -- The period itself, except for corrections.
  original_period integer NOT NULL,
  currency text NOT NULL,
  debit text NOT NULL,
  credit text NOT NULL,
  recorded_on date NOT NULL,
  -- Sums may grow beyond what a bigint holds.
  amount numeric(38, 0) NOT NULL CHECK (amount > 0),
  PRIMARY KEY (account, livemode, period, booked, original_period, currency, debit, credit, recorded_on)
) WITH (fillfactor = 70);

-- The facts that are not in the books, and why.
CREATE TABLE open_fact (
  account text NOT NULL,
  livemode boolean NOT NULL,
  source text NOT NULL,
  fact text NOT NULL,
  lane integer NOT NULL,
  -- The posting that said so last.
  sequence bigint NOT NULL,
  type text NOT NULL,
  time timestamptz,
  state text NOT NULL CHECK (state IN ('waiting', 'refused')),
  -- Of a refusal its name; of one that waits, what it waits for.
  code text,
  reason text NOT NULL,
  PRIMARY KEY (account, livemode, source, fact)
);

-- The law, once more: what is posted stays.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'A row of % is never changed or deleted; a correction is a posting of its own.', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER posting_stays BEFORE UPDATE OR DELETE ON posting FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER entry_stays BEFORE UPDATE OR DELETE ON entry FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER posting_is_not_emptied BEFORE TRUNCATE ON posting EXECUTE FUNCTION refuse_change();
CREATE TRIGGER entry_is_not_emptied BEFORE TRUNCATE ON entry EXECUTE FUNCTION refuse_change();
