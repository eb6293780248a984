-- A book: transactions that are computed together, named by the number of its first fact in the lane.
CREATE TABLE book (
  lane integer NOT NULL,
  book bigint NOT NULL,
  account text NOT NULL,
  livemode boolean NOT NULL,
  -- What has been posted for it and which rules treat its parts.
  state bytea NOT NULL,
  -- Whether a fact of it waits, is refused or was told twice.
  is_open boolean NOT NULL,
  PRIMARY KEY (lane, book)
);
CREATE INDEX book_by_account ON book (account, livemode, book);

-- The facts of each book, by their number in the lane.
CREATE TABLE book_fact (
  lane integer NOT NULL,
  sequence bigint NOT NULL,
  book bigint NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (lane, sequence)
);
CREATE INDEX book_fact_by_book ON book_fact (lane, book, sequence);

-- Which book a thing that facts speak of belongs to.
CREATE TABLE reference (
  account text NOT NULL,
  livemode boolean NOT NULL,
  reference text NOT NULL,
  book bigint NOT NULL,
  PRIMARY KEY (account, livemode, reference)
);

-- Settings and closings, as told.
CREATE TABLE configuration_fact (
  lane integer NOT NULL,
  sequence bigint NOT NULL,
  account text NOT NULL,
  livemode boolean NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (lane, sequence)
);
CREATE INDEX configuration_fact_by_account ON configuration_fact (account, livemode, sequence);
