-- Usage is told of an item, or of a meter and a customer; records may come with a price; days begin where the account says.

-- How each account divides time, as far as slices depend on it: the zones whose midnights begin the days, and from which day
-- on (counted from 1970). Whoever counts usage holds its account's row shared; whoever changes it counts all slices anew.
CREATE TABLE usage_calendar (
  account text COLLATE "C" NOT NULL,
  livemode boolean NOT NULL,
  zones text[] NOT NULL DEFAULT '{}',
  days bigint[] NOT NULL DEFAULT '{}',
  PRIMARY KEY (account, livemode),
  CHECK (cardinality(zones) = cardinality(days))
);

-- The meters whose events of a customer are counted. Whoever counts them holds the row shared; whoever makes them the usage
-- of one more item holds it alone, so that none is missed.
CREATE TABLE usage_meter (
  account text COLLATE "C" NOT NULL,
  livemode boolean NOT NULL,
  meter text COLLATE "C" NOT NULL,
  customer text COLLATE "C" NOT NULL,
  PRIMARY KEY (account, livemode, meter, customer)
);

-- The items whose usage a meter's events of a customer are.
CREATE TABLE usage_binding (
  account text COLLATE "C" NOT NULL,
  livemode boolean NOT NULL,
  meter text COLLATE "C" NOT NULL,
  customer text COLLATE "C" NOT NULL,
  item text COLLATE "C" NOT NULL,
  PRIMARY KEY (account, livemode, meter, customer, item)
);
CREATE INDEX usage_binding_by_item ON usage_binding (account, livemode, item);

-- The items of each subscription, and where its billing periods begin and end: its items' days are cut there too.
CREATE TABLE usage_subscription (
  account text COLLATE "C" NOT NULL,
  livemode boolean NOT NULL,
  subscription text COLLATE "C" NOT NULL,
  items text[] NOT NULL DEFAULT '{}',
  boundaries timestamptz[] NOT NULL DEFAULT '{}',
  PRIMARY KEY (account, livemode, subscription)
);

-- A record of a meter has no item: an empty one. A record without a price of its own has an empty one.
ALTER TABLE usage_event
  ADD meter text COLLATE "C" NOT NULL DEFAULT '',
  ADD customer text COLLATE "C" NOT NULL DEFAULT '',
  ADD unit_amount text COLLATE "C" NOT NULL DEFAULT '',
  ADD CHECK ((item = '') = (meter <> ''));
CREATE INDEX usage_event_by_meter ON usage_event (account, livemode, meter, customer, "time", usage)
  WHERE meter <> '' AND cancelled_id IS NULL;

-- Records of different prices are counted apart.
ALTER TABLE usage_total
  ADD unit_amount text COLLATE "C" NOT NULL DEFAULT '',
  DROP CONSTRAINT usage_total_pkey,
  ADD PRIMARY KEY (account, livemode, item, slice_from, unit_amount);

-- The records that count, by the items they count for.
CREATE VIEW usage_counted AS
  SELECT account, livemode, item, usage, "time", quantity, unit_amount
  FROM usage_event
  WHERE item <> '' AND item IS NOT NULL AND cancelled_id IS NULL
UNION ALL
  SELECT account, livemode, bound.item, usage, "time", quantity, unit_amount
  FROM usage_binding AS bound
  JOIN usage_event AS event USING (account, livemode, meter, customer)
  WHERE event.meter <> '' AND cancelled_id IS NULL;
