-- Whoever counts usage of an item holds its row shared; whoever cuts its slices anew holds it alone.
CREATE TABLE usage_item (
  account text NOT NULL,
  livemode boolean NOT NULL,
  item text NOT NULL,
  PRIMARY KEY (account, livemode, item)
);

-- The moments at which an item's days are cut: where its billing period or price begins or ends.
CREATE TABLE usage_boundary (
  account text NOT NULL,
  livemode boolean NOT NULL,
  item text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (account, livemode, item, at)
);

-- Every record of usage, for audit and for counting again.
CREATE TABLE usage_event (
  account text NOT NULL,
  livemode boolean NOT NULL,
  usage text NOT NULL,
  item text NOT NULL,
  "time" timestamptz NOT NULL,
  quantity numeric NOT NULL,
  source text NOT NULL,
  id text NOT NULL,
  digest bytea NOT NULL CHECK (length(digest) = 32),
  PRIMARY KEY (account, livemode, usage)
);
CREATE INDEX usage_event_by_item ON usage_event (account, livemode, item, "time");

-- Records that do not count, told before or after them.
CREATE TABLE usage_cancellation (
  account text NOT NULL,
  livemode boolean NOT NULL,
  usage text NOT NULL,
  PRIMARY KEY (account, livemode, usage)
);

-- The total of each item and slice so far.
CREATE TABLE usage_total (
  account text NOT NULL,
  livemode boolean NOT NULL,
  item text NOT NULL,
  slice_from timestamptz NOT NULL,
  slice_to timestamptz NOT NULL CHECK (slice_to > slice_from),
  quantity numeric NOT NULL,
  events bigint NOT NULL,
  largest numeric NOT NULL,
  last numeric NOT NULL,
  last_at timestamptz NOT NULL,
  last_usage text NOT NULL,
  -- Told of as a fact so many times, last at.
  version bigint NOT NULL DEFAULT 0,
  told_at timestamptz NOT NULL DEFAULT 'epoch',
  -- The lane that is still to tell of it; null once told.
  dirty_lane integer,
  PRIMARY KEY (account, livemode, item, slice_from)
);
CREATE INDEX usage_total_to_tell ON usage_total (dirty_lane, told_at) WHERE dirty_lane IS NOT NULL;

-- What could not be taken, with the reason.
CREATE TABLE rejection (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partition integer NOT NULL,
  record_offset bigint NOT NULL,
  recorded_time timestamptz NOT NULL DEFAULT clock_timestamp(),
  code text NOT NULL,
  param text,
  message text NOT NULL,
  bytes bytea NOT NULL
);
