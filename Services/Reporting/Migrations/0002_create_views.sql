-- What spreadsheets and BI tools read: the figures of the reports of these names, one row each, amounts in minor units.

-- The name of a calendar month by its place in the sequence.
CREATE FUNCTION period_name(period integer) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN lpad((period / 12)::text, 4, '0') || '-' || lpad((period % 12 + 1)::text, 2, '0');

CREATE VIEW entries AS
  SELECT account, livemode, lane, sequence, recorded_time, period_name(first_period + place::integer - 1) AS period,
    CASE WHEN one.amount < 0 THEN credit ELSE debit END AS debit,
    CASE WHEN one.amount < 0 THEN debit ELSE credit END AS credit,
    abs(one.amount) AS amount, currency, transaction, line, customer, product, price, event, cause,
    period_name(booked) AS booked, period_name(original_period) AS original_period, fact
  FROM entry, unnest(amounts) WITH ORDINALITY AS one (amount, place) WHERE one.amount <> 0;

-- What was posted for a cause and taken back of it again adds nothing.
CREATE VIEW debits_and_credits AS
  SELECT account, livemode, coalesce(original_period, period) AS accounting_period, period AS open_accounting_period,
    currency, CASE WHEN net > 0 THEN one ELSE other END AS debit, CASE WHEN net > 0 THEN other ELSE one END AS credit,
    sum(abs(net)) AS amount
  FROM (
    SELECT account, livemode, original_period, period, booked, currency, least(debit, credit) AS one,
      greatest(debit, credit) AS other, sum(CASE WHEN debit < credit THEN amount ELSE -amount END) AS net
    FROM entries
    GROUP BY account, livemode, original_period, period, booked, currency, one, other, transaction, line, customer, product,
      price, event, cause
  ) AS netted
  WHERE net <> 0 GROUP BY account, livemode, accounting_period, open_accounting_period, currency, 6, 7;

-- A row for each period in which the account of the ledger moved; debits are positive.
CREATE VIEW trial_balance AS
  SELECT account, livemode, currency, ledger_account, period_name(period) AS period, ending - net_change AS starting,
    net_change, ending
  FROM (
    SELECT account, livemode, currency, ledger_account, period, sum(amount) AS net_change,
      sum(sum(amount)) OVER (PARTITION BY account, livemode, currency, ledger_account ORDER BY period) AS ending
    FROM (
      SELECT account, livemode, currency, debit AS ledger_account, period, amount FROM period_sum
      UNION ALL
      SELECT account, livemode, currency, credit, period, -amount FROM period_sum
    ) AS sides
    GROUP BY account, livemode, currency, ledger_account, period
  ) AS moved;

-- Net revenue by the period it was booked in and the period it is recognized in.
CREATE VIEW waterfall AS
  SELECT account, livemode, currency, period_name(booked) AS booked, period_name(period) AS recognized_in,
    sum(CASE WHEN credit = ANY (net_revenue) THEN amount ELSE 0 END
      - CASE WHEN debit = ANY (net_revenue) THEN amount ELSE 0 END) AS recognized
  FROM period_sum, (
    SELECT ARRAY['Revenue', 'BreakageRevenue', 'Refunds', 'Disputes', 'CreditNotes', 'BadDebt', 'Voids', 'UnbilledVoids',
      'Transfer', 'Discounts', 'ExternalAssetRefunds', 'ExternalRefunds'] AS net_revenue
  ) AS accounts
  WHERE debit = ANY (net_revenue) OR credit = ANY (net_revenue)
  GROUP BY account, livemode, currency, booked, period;

-- How far each lane of the journal has been read, and through when its books are complete.
CREATE VIEW positions AS
  SELECT lane, read_sequence AS sequence, complete_through FROM lane WHERE name = 'journal';

-- Where the reader's role exists, it sees these views and nothing else.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'earned_reader') THEN
    GRANT SELECT ON entries, debits_and_credits, trial_balance, waterfall, positions TO earned_reader;
  END IF;
END
$$;
