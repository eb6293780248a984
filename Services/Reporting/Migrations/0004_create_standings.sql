-- Which version of which rule treats what, from a posting on.
CREATE TABLE treated (
  lane integer NOT NULL,
  sequence bigint NOT NULL,
  account text NOT NULL,
  livemode boolean NOT NULL,
  -- What is treated, by kind and id: line:il_1.
  target text NOT NULL,
  -- Null where no rule treats it any more.
  rule text,
  version text,
  PRIMARY KEY (lane, sequence, target)
);

CREATE INDEX treated_by_target ON treated (account, livemode, target, sequence);

-- How far what is deferred until it is fulfilled has been fulfilled. Of a line or item, the last row counts.
CREATE TABLE obligation_standing (
  lane integer NOT NULL,
  sequence bigint NOT NULL,
  account text NOT NULL,
  livemode boolean NOT NULL,
  line text NOT NULL,
  -- The standings of its parts as a JSON list; null where the line does not wait for fulfillment any more.
  data bytea,
  PRIMARY KEY (lane, sequence, line)
);

CREATE INDEX obligation_standing_by_line ON obligation_standing (account, livemode, line, sequence);

-- Where contracts stand. Of a contract, the last row counts.
CREATE TABLE contract_standing (
  lane integer NOT NULL,
  sequence bigint NOT NULL,
  account text NOT NULL,
  livemode boolean NOT NULL,
  contract text NOT NULL,
  -- The standing as JSON.
  data bytea NOT NULL,
  PRIMARY KEY (lane, sequence, contract)
);

CREATE INDEX contract_standing_by_contract ON contract_standing (account, livemode, contract, sequence);

-- The transactions that are contracts, or bill one.
CREATE TABLE contract_transaction (
  account text NOT NULL,
  livemode boolean NOT NULL,
  transaction text NOT NULL,
  PRIMARY KEY (account, livemode, transaction)
);

-- How many facts each source has told, and how many of them are in the books; the others are in open_fact.
CREATE TABLE telling (
  account text NOT NULL,
  livemode boolean NOT NULL,
  source text NOT NULL,
  told bigint NOT NULL CHECK (told >= 0),
  booked bigint NOT NULL,
  PRIMARY KEY (account, livemode, source)
) WITH (fillfactor = 70);

-- The last fact of each lane that is counted above: its number in its lane of facts.
CREATE TABLE telling_position (
  lane integer PRIMARY KEY,
  sequence bigint NOT NULL
);

CREATE TRIGGER treated_stays BEFORE UPDATE OR DELETE ON treated FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER obligation_standing_stays BEFORE UPDATE OR DELETE ON obligation_standing
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER contract_standing_stays BEFORE UPDATE OR DELETE ON contract_standing
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
