-- The views name periods and accounts as each account does, as the reports of their names do, and two more of them.

-- The periods of accounts whose calendar is not that of months in UTC. All others are named by period_name.
CREATE TABLE named_period (
  account text NOT NULL,
  livemode boolean NOT NULL,
  period integer NOT NULL,
  name text NOT NULL,
  starts timestamptz NOT NULL,
  PRIMARY KEY (account, livemode, period)
);

-- What accounts are called in the general ledger, as of now: of those that hold, the first counts.
CREATE TABLE mapping (
  account text NOT NULL,
  livemode boolean NOT NULL,
  place integer NOT NULL,
  ledger_account text NOT NULL,
  -- Null: it holds for all.
  attribute text,
  value text,
  effective_from timestamptz,
  effective_to timestamptz,
  gl_name text,
  gl_number text,
  PRIMARY KEY (account, livemode, place)
);

ALTER TABLE booked_transaction ADD COLUMN transaction text, ADD COLUMN booked timestamptz, ADD COLUMN due timestamptz;
CREATE INDEX booked_transaction_by_id ON booked_transaction (account, livemode, transaction, sequence);

-- The reader calls these and sees none of the tables they look at.
CREATE FUNCTION period_name(account text, livemode boolean, period integer) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER
  RETURN CASE WHEN $3 IS NULL THEN NULL ELSE coalesce((
    SELECT name FROM named_period WHERE named_period.account = $1 AND named_period.livemode = $2
      AND named_period.period = $3), period_name($3)) END;

CREATE FUNCTION period_start(account text, livemode boolean, period integer) RETURNS timestamptz
  LANGUAGE sql STABLE SECURITY DEFINER
  RETURN coalesce((
    SELECT starts FROM named_period WHERE named_period.account = $1 AND named_period.livemode = $2
      AND named_period.period = $3), make_timestamptz($3 / 12, $3 % 12 + 1, 1, 0, 0, 0, 'UTC'));

-- What the account of the ledger is called for a side of an entry; no row: it keeps its own name.
CREATE FUNCTION general_ledger(
  account text, livemode boolean, ledger_account text, transaction text, product text, customer text, booked integer
) RETURNS TABLE (gl_name text, gl_number text) LANGUAGE sql STABLE SECURITY DEFINER
BEGIN ATOMIC
  SELECT mapping.gl_name, mapping.gl_number
  FROM mapping
  LEFT JOIN LATERAL (
    SELECT told.booked, convert_from(told.data, 'UTF8')::jsonb AS noted FROM booked_transaction AS told
    WHERE told.account = $1 AND told.livemode = $2 AND told.transaction = $4 ORDER BY told.sequence DESC LIMIT 1
  ) AS known ON true
  -- An imported booking date may have moved it.
  CROSS JOIN LATERAL (
    SELECT CASE
      WHEN known.booked >= period_start($1, $2, $7) AND known.booked < period_start($1, $2, $7 + 1) THEN known.booked
      ELSE period_start($1, $2, $7)
    END AS moment
  ) AS booking
  LEFT JOIN LATERAL (
    SELECT convert_from(told.data, 'UTF8')::jsonb -> 'address' AS address FROM told_fact AS told
    WHERE told.account = $1 AND told.livemode = $2 AND told.type = 'customer.updated'
      AND convert_from(told.data, 'UTF8')::jsonb ->> 'customer' = coalesce(known.noted ->> 'customer', $6)
    ORDER BY told.time DESC, told.fact COLLATE "C" DESC LIMIT 1
  ) AS region ON true
  WHERE mapping.account = $1 AND mapping.livemode = $2 AND mapping.ledger_account = $3
    AND booking.moment >= coalesce(mapping.effective_from, '-infinity')
    AND booking.moment < coalesce(mapping.effective_to, 'infinity')
    AND CASE
      WHEN mapping.attribute IS NULL THEN true
      WHEN mapping.attribute IN ('product', 'product_id') THEN $5 = mapping.value
      WHEN mapping.attribute = 'customer' THEN coalesce(known.noted ->> 'customer', $6) = mapping.value
      WHEN mapping.attribute IN ('country', 'shipping_country', 'shipping_region_country')
        THEN region.address ->> 'country' = mapping.value
      WHEN mapping.attribute IN ('state', 'shipping_state', 'shipping_region_state')
        THEN region.address ->> 'state' = mapping.value
      WHEN mapping.attribute IN ('region', 'shipping_region') THEN mapping.value IN (
        region.address ->> 'country', (region.address ->> 'country') || '-' || (region.address ->> 'state'))
      WHEN mapping.attribute ~ '^(invoice[._])?metadata[.]' THEN
        known.noted -> 'metadata' ->> regexp_replace(mapping.attribute, '^(invoice[._])?metadata[.]', '') = mapping.value
      ELSE false
    END
  ORDER BY mapping.place LIMIT 1;
END;

DROP VIEW debits_and_credits, trial_balance, waterfall, entries;

CREATE VIEW entries AS
  SELECT entry.account, entry.livemode, lane, sequence, recorded_time,
    coalesce(own.name, period_name(first_period + place::integer - 1)) AS period,
    CASE WHEN one.amount < 0 THEN credit ELSE debit END AS debit,
    CASE WHEN one.amount < 0 THEN debit ELSE credit END AS credit,
    abs(one.amount) AS amount, currency, transaction, line, customer, product, price, event, cause,
    coalesce(at_booking.name, period_name(booked)) AS booked,
    coalesce(original.name, period_name(original_period)) AS original_period, fact
  FROM entry
  CROSS JOIN LATERAL unnest(amounts) WITH ORDINALITY AS one (amount, place)
  LEFT JOIN named_period AS own ON own.account = entry.account AND own.livemode = entry.livemode
    AND own.period = first_period + place::integer - 1
  LEFT JOIN named_period AS at_booking ON at_booking.account = entry.account AND at_booking.livemode = entry.livemode
    AND at_booking.period = booked
  LEFT JOIN named_period AS original ON original.account = entry.account AND original.livemode = entry.livemode
    AND original.period = original_period
  WHERE one.amount <> 0;

-- What was posted for a cause and taken back of it again adds nothing.
CREATE VIEW debits_and_credits AS
  SELECT account, livemode, period_name(account, livemode, original_period) AS accounting_period,
    period_name(account, livemode, period) AS open_accounting_period, currency, debit, credit, sum(amount) AS amount,
    debit_gl_code, credit_gl_code
  FROM (
    SELECT netted.*, abs(net) AS amount, coalesce(debit_names.gl_name, debit_names.gl_number) AS debit_gl_code,
      coalesce(credit_names.gl_name, credit_names.gl_number) AS credit_gl_code
    FROM (
      SELECT summed.*, CASE WHEN net > 0 THEN one ELSE other END AS debit,
        CASE WHEN net > 0 THEN other ELSE one END AS credit
      FROM (
        SELECT account, livemode, coalesce(original_period, first_period + place::integer - 1) AS original_period,
          first_period + place::integer - 1 AS period, booked, currency, least(debit, credit) AS one,
          greatest(debit, credit) AS other, transaction, product, customer,
          sum(CASE WHEN debit < credit THEN one.amount ELSE -one.amount END) AS net
        FROM entry, unnest(amounts) WITH ORDINALITY AS one (amount, place)
        GROUP BY account, livemode, 3, 4, booked, currency, 7, 8, transaction, line, customer, product, price, event, cause
      ) AS summed WHERE net <> 0
    ) AS netted
    LEFT JOIN LATERAL general_ledger(account, livemode, debit, transaction, product, customer, booked) AS debit_names ON true
    LEFT JOIN LATERAL general_ledger(account, livemode, credit, transaction, product, customer, booked) AS credit_names
      ON true
  ) AS named
  GROUP BY account, livemode, original_period, period, currency, debit, credit, debit_gl_code, credit_gl_code;

-- A row for each period in which the account of the ledger, by its name in the general ledger, moved; debits are positive.
CREATE VIEW trial_balance AS
  SELECT account, livemode, currency, ledger_account, period_name(account, livemode, period) AS period,
    ending - net_change AS starting, net_change, ending, gl_account, gl_number
  FROM (
    SELECT account, livemode, currency, ledger_account, gl_account, gl_number, period, sum(amount) AS net_change,
      sum(sum(amount)) OVER (
        PARTITION BY account, livemode, currency, ledger_account, gl_account, gl_number ORDER BY period) AS ending
    FROM (
      SELECT account, livemode, currency, side.ledger_account, NULL AS gl_account, NULL AS gl_number, period, side.amount
      FROM period_sum, LATERAL (VALUES (debit, amount), (credit, -amount)) AS side (ledger_account, amount)
      WHERE NOT EXISTS (
        SELECT FROM mapping WHERE mapping.account = period_sum.account AND mapping.livemode = period_sum.livemode)
      UNION ALL
      SELECT entry.account, entry.livemode, currency, side.ledger_account, names.gl_name, names.gl_number,
        first_period + place::integer - 1, side.amount::numeric
      FROM entry
      CROSS JOIN LATERAL unnest(amounts) WITH ORDINALITY AS one (amount, place)
      CROSS JOIN LATERAL (VALUES (debit, one.amount), (credit, -one.amount)) AS side (ledger_account, amount)
      LEFT JOIN LATERAL general_ledger(
        entry.account, entry.livemode, side.ledger_account, transaction, product, customer, booked) AS names ON true
      WHERE one.amount <> 0
        AND EXISTS (SELECT FROM mapping WHERE mapping.account = entry.account AND mapping.livemode = entry.livemode)
    ) AS sides
    GROUP BY account, livemode, currency, ledger_account, gl_account, gl_number, period
  ) AS moved;

-- Net revenue by the period it was booked in and the period it is recognized in.
CREATE VIEW waterfall AS
  SELECT account, livemode, currency, period_name(account, livemode, period_sum.booked) AS booked,
    period_name(account, livemode, period) AS recognized_in,
    sum(CASE WHEN credit = ANY (net_revenue) THEN amount ELSE 0 END
      - CASE WHEN debit = ANY (net_revenue) THEN amount ELSE 0 END) AS recognized
  FROM period_sum, (
    SELECT ARRAY['Revenue', 'BreakageRevenue', 'Refunds', 'Disputes', 'CreditNotes', 'BadDebt', 'Voids', 'UnbilledVoids',
      'Transfer', 'Discounts', 'ExternalAssetRefunds', 'ExternalRefunds'] AS net_revenue
  ) AS accounts
  WHERE debit = ANY (net_revenue) OR credit = ANY (net_revenue)
  GROUP BY account, livemode, currency, period_sum.booked, period;

-- Deferred revenue: a row for each period in which it moved. What lowers it is negative.
CREATE VIEW deferred_rollforward AS
  SELECT account, livemode, currency, period_name(account, livemode, period) AS period, closing - change AS opening,
    additions, recognized, recognized_from_opening, contra, closing
  FROM (
    SELECT account, livemode, currency, period, sum(amount) AS change,
      coalesce(sum(amount) FILTER (WHERE kind = 'additions'), 0) AS additions,
      coalesce(sum(amount) FILTER (WHERE kind = 'recognized'), 0) AS recognized,
      coalesce(sum(amount) FILTER (WHERE kind = 'recognized' AND booked < period), 0) AS recognized_from_opening,
      coalesce(sum(amount) FILTER (WHERE kind = 'contra'), 0) AS contra,
      sum(sum(amount)) OVER (PARTITION BY account, livemode, currency ORDER BY period) AS closing
    FROM (
      SELECT account, livemode, currency, first_period + place::integer - 1 AS period, booked, side.amount,
        CASE
          WHEN 'Revenue' IN (debit, credit) THEN 'recognized'
          WHEN event IN (
            'refund.created', 'refund.failed', 'dispute.created', 'dispute.won', 'credit_note.issued',
            'credit_note.voided', 'invoice.voided', 'invoice.marked_uncollectible', 'external_transaction.refunded',
            'charge.unapplied', 'application_fee.refunded', 'transfer.reversed') THEN 'contra'
          ELSE 'additions'
        END AS kind
      FROM entry, unnest(amounts) WITH ORDINALITY AS one (amount, place),
        LATERAL (VALUES (credit, one.amount), (debit, -one.amount)) AS side (ledger_account, amount)
      WHERE ledger_account IN ('DeferredRevenue', 'LongTermDeferredRevenue') AND one.amount <> 0
    ) AS sides
    GROUP BY account, livemode, currency, period
  ) AS moved;

-- What customers owe at the end of each period in which that changed, the current one as of now, by how long it has been due.
CREATE VIEW ar_aging AS
  SELECT account, livemode, currency, period_name(account, livemode, period) AS period,
    coalesce(sum(amount) FILTER (WHERE days <= 0), 0) AS not_due, coalesce(sum(amount) FILTER (WHERE days BETWEEN 1 AND 30), 0) AS days_1_30,
    coalesce(sum(amount) FILTER (WHERE days BETWEEN 31 AND 60), 0) AS days_31_60,
    coalesce(sum(amount) FILTER (WHERE days BETWEEN 61 AND 90), 0) AS days_61_90,
    coalesce(sum(amount) FILTER (WHERE days BETWEEN 91 AND 120), 0) AS days_91_120,
    coalesce(sum(amount) FILTER (WHERE days > 120), 0) AS days_over_120, sum(amount) AS total
  FROM (
    SELECT owed.account, owed.livemode, owed.currency, ended.period, owed.amount,
      ceil(extract(epoch FROM least(period_start(owed.account, owed.livemode, ended.period + 1), now()) - owed.due) / 86400)
        AS days
    FROM (
      SELECT DISTINCT account, livemode, currency, period FROM period_sum
      WHERE 'AccountsReceivable' IN (debit, credit) AND period_start(account, livemode, period) <= now()
    ) AS ended
    JOIN (
      SELECT entry.account, entry.livemode, entry.currency, first_period + place::integer - 1 AS period,
        CASE WHEN debit = 'AccountsReceivable' THEN one.amount ELSE -one.amount END AS amount,
        coalesce(told.due, told.booked, period_start(entry.account, entry.livemode, entry.booked)) AS due
      FROM entry
      CROSS JOIN LATERAL unnest(amounts) WITH ORDINALITY AS one (amount, place)
      LEFT JOIN LATERAL (
        SELECT due, booked FROM booked_transaction AS known
        WHERE known.account = entry.account AND known.livemode = entry.livemode
          AND known.transaction = entry.transaction
        ORDER BY known.sequence DESC LIMIT 1
      ) AS told ON true
      WHERE 'AccountsReceivable' IN (debit, credit) AND one.amount <> 0
    ) AS owed
      ON owed.account = ended.account AND owed.livemode = ended.livemode AND owed.currency = ended.currency
        AND owed.period <= ended.period
  ) AS aged
  GROUP BY account, livemode, currency, period;

-- Where the reader's role exists, it sees these views and what they call, and nothing else.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'earned_reader') THEN
    GRANT SELECT ON entries, debits_and_credits, trial_balance, waterfall, deferred_rollforward, ar_aging TO earned_reader;
  END IF;
END
$$;
