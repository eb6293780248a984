-- Every version of every rule and of the rules' order, as told.
CREATE TABLE rule_fact (
  lane integer NOT NULL,
  sequence bigint NOT NULL,
  account text NOT NULL,
  livemode boolean NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (lane, sequence)
);
CREATE INDEX rule_fact_by_account ON rule_fact (account, livemode, sequence);

-- Customers, products and prices: the version that counts.
CREATE TABLE catalog_fact (
  account text NOT NULL,
  livemode boolean NOT NULL,
  type text NOT NULL,
  subject text NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (account, livemode, type, subject)
);

-- Facts with something that a rule can treat.
CREATE TABLE candidate (
  lane integer NOT NULL,
  sequence bigint NOT NULL,
  account text NOT NULL,
  livemode boolean NOT NULL,
  customer text,
  bytes bytea NOT NULL,
  PRIMARY KEY (lane, sequence)
);
CREATE INDEX candidate_by_account ON candidate (account, livemode, sequence);
CREATE INDEX candidate_by_customer ON candidate (account, livemode, customer, sequence);

-- What is treated by a rule now.
CREATE TABLE treated (
  account text NOT NULL,
  livemode boolean NOT NULL,
  target text NOT NULL,
  rule bytea NOT NULL,
  PRIMARY KEY (account, livemode, target)
);
