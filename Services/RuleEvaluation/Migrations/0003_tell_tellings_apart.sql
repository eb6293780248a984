-- What a fact tells of, so that each thing is looked at with all that was told of it. What was kept before this is a telling by
-- itself.
ALTER TABLE candidate ADD COLUMN thing text;
UPDATE candidate SET thing = lane || '/' || sequence;
ALTER TABLE candidate ALTER COLUMN thing SET NOT NULL;
CREATE INDEX candidate_by_thing ON candidate (account, livemode, thing);
