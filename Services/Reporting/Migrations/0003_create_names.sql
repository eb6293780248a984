-- What facts told that decides how reports name periods and accounts: settings, mappings to the general ledger, and regions of
-- customers.
CREATE TABLE told_fact (
  lane integer NOT NULL,
  sequence bigint NOT NULL,
  account text NOT NULL,
  livemode boolean NOT NULL,
  type text NOT NULL,
  source text NOT NULL,
  fact text NOT NULL,
  time timestamptz NOT NULL,
  -- The data of the fact's type, as JSON.
  data bytea NOT NULL,
  PRIMARY KEY (lane, sequence)
);

CREATE INDEX told_fact_by_account ON told_fact (account, livemode, type, sequence);

-- What mappings look at of a transaction. Told again, the later row counts.
CREATE TABLE booked_transaction (
  lane integer NOT NULL,
  sequence bigint NOT NULL,
  account text NOT NULL,
  livemode boolean NOT NULL,
  -- Its id, when it was booked, the customer and what the business noted, as JSON.
  data bytea NOT NULL,
  PRIMARY KEY (lane, sequence)
);

CREATE INDEX booked_transaction_by_account ON booked_transaction (account, livemode, sequence);

CREATE TRIGGER told_fact_stays BEFORE UPDATE OR DELETE ON told_fact FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER booked_transaction_stays BEFORE UPDATE OR DELETE ON booked_transaction
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
