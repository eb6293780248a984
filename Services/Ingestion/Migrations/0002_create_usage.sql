-- Names are compared by their bytes, which every machine and the program do alike.

-- The items whose usage is counted. Whoever counts usage of an item holds its row shared; whoever cuts its slices anew
-- holds it alone, so that no record is counted into a slice that is being cut.
CREATE TABLE usage_item (
  account text COLLATE "C" NOT NULL,
  livemode boolean NOT NULL,
  item text COLLATE "C" NOT NULL,
  -- The moments at which the item's days are cut: where its billing period or price begins or ends.
  boundaries timestamptz[] NOT NULL DEFAULT '{}',
  PRIMARY KEY (account, livemode, item)
);

-- Every record of usage and every cancellation, for audit and for counting again. A record and its cancellation share a
-- row, whichever is told first, so that one cannot miss the other.
CREATE TABLE usage_event (
  account text COLLATE "C" NOT NULL,
  livemode boolean NOT NULL,
  usage text COLLATE "C" NOT NULL,

  -- The record; null as long as only its cancellation has been told.
  item text COLLATE "C",
  "time" timestamptz,
  quantity numeric,
  source text COLLATE "C",
  id text COLLATE "C",
  digest bytea CHECK (length(digest) = 32),

  -- Its cancellation, if there is one.
  cancelled_source text COLLATE "C",
  cancelled_id text COLLATE "C",
  cancelled_digest bytea CHECK (length(cancelled_digest) = 32),

  PRIMARY KEY (account, livemode, usage),
  UNIQUE (account, livemode, source, id),
  CHECK (num_nulls(item, "time", quantity, source, id, digest) IN (0, 6)),
  CHECK (num_nulls(cancelled_source, cancelled_id, cancelled_digest) IN (0, 3)),
  CHECK (num_nulls(item, cancelled_id) < 2)
);
CREATE INDEX usage_event_by_item ON usage_event (account, livemode, item, "time", usage)
  WHERE item IS NOT NULL AND cancelled_id IS NULL;
CREATE UNIQUE INDEX usage_event_by_cancellation ON usage_event (account, livemode, cancelled_source, cancelled_id)
  WHERE cancelled_id IS NOT NULL;

-- The total of each item and slice so far.
CREATE TABLE usage_total (
  account text COLLATE "C" NOT NULL,
  livemode boolean NOT NULL,
  item text COLLATE "C" NOT NULL,
  slice_from timestamptz NOT NULL,
  slice_to timestamptz NOT NULL CHECK (slice_to >= slice_from),
  quantity numeric NOT NULL,
  events bigint NOT NULL CHECK (events >= 0),
  largest numeric NOT NULL,
  last numeric NOT NULL,
  last_at timestamptz NOT NULL,
  -- Of records at one moment the one whose name comes last is the last.
  last_usage text COLLATE "C" NOT NULL,
  -- Told of as a fact so many times, last at.
  version bigint NOT NULL DEFAULT 0,
  told_at timestamptz NOT NULL DEFAULT 'epoch',
  -- The lane that is still to tell of it; null once told.
  dirty_lane integer,
  PRIMARY KEY (account, livemode, item, slice_from)
) WITH (fillfactor = 70);
CREATE INDEX usage_total_to_tell ON usage_total (dirty_lane, told_at) WHERE dirty_lane IS NOT NULL;

-- What could not be taken, with the reason. A partition that is read again rejects nothing twice.
CREATE TABLE rejection (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partition integer NOT NULL,
  record_offset bigint NOT NULL,
  digest bytea NOT NULL CHECK (length(digest) = 32),
  recorded_time timestamptz NOT NULL DEFAULT clock_timestamp(),
  code text NOT NULL,
  param text,
  message text NOT NULL,
  bytes bytea NOT NULL,
  UNIQUE (partition, record_offset, digest)
);
