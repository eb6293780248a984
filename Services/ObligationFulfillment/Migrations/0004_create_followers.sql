-- Invoices of subscriptions that no contract claims. Each keeps a book of its own until a contract does.
CREATE TABLE follower (
  account text NOT NULL,
  livemode boolean NOT NULL,
  reference text NOT NULL,
  follower text NOT NULL,
  PRIMARY KEY (account, livemode, reference, follower)
);
