-- The pairs of currencies whose published rates a book has asked for, as eur/usd: a new rate touches these books only.
ALTER TABLE book ADD COLUMN rates text NOT NULL DEFAULT '';
CREATE INDEX book_by_rates ON book (account, livemode, book) WHERE rates <> '';
