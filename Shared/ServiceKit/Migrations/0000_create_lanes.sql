-- A lane of this service: who works on it, how far its log goes, and how far its input has been read.
CREATE TABLE lane (
  -- Which of the service's groups of lanes.
  name text NOT NULL,
  lane integer NOT NULL CHECK (lane >= 0),

  -- The lease. Each claim takes the next turn; what is written must be written in the turn that holds the lane.
  turn bigint NOT NULL DEFAULT 0,
  owner text,
  backend integer,
  until timestamptz NOT NULL DEFAULT 'epoch',
  -- How often handling the next message has been begun since the input last moved on, and which message it was.
  attempts integer NOT NULL DEFAULT 0,
  attempted text,
  -- Why nobody works on it; cleared by an operator.
  stopped text,

  -- The log: number and running hash of its last row, and the latest recorded time.
  sequence bigint NOT NULL DEFAULT 0 CHECK (sequence >= 0),
  chain bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex') CHECK (length(chain) = 32),
  recorded_time timestamptz NOT NULL DEFAULT 'epoch',

  -- The input: number and running hash of the last message whose effects are committed, and the steps done of the next.
  read_sequence bigint NOT NULL DEFAULT 0 CHECK (read_sequence >= 0),
  read_chain bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex') CHECK (length(read_chain) = 32),
  read_step bigint NOT NULL DEFAULT 0 CHECK (read_step >= 0),
  -- Where to look for the next message first; a hint.
  read_offset bigint NOT NULL DEFAULT 0,
  complete_through timestamptz NOT NULL DEFAULT 'epoch',

  PRIMARY KEY (name, lane)
);

-- The running instances of this service, by which lanes are shared out.
CREATE TABLE instance (
  id text PRIMARY KEY,
  backend integer NOT NULL,
  until timestamptz NOT NULL
);
