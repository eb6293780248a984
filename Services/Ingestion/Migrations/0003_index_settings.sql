-- The settings of a lane's accounts, which say when periods close by themselves.
CREATE INDEX fact_of_settings ON fact (lane, sequence) WHERE type = 'settings.changed';
