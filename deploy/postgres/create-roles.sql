-- One role per service, owner of the schema of its name, without a right in any other; and a reader for spreadsheets and BI tools.
-- Run as superuser in the database `earned`, as often as wanted. Passwords come from the environment.

\set ON_ERROR_STOP on
\getenv ingestion_password EARNED_INGESTION_PASSWORD
\getenv rule_evaluation_password EARNED_RULE_EVALUATION_PASSWORD
\getenv obligation_fulfillment_password EARNED_OBLIGATION_FULFILLMENT_PASSWORD
\getenv reporting_password EARNED_REPORTING_PASSWORD
\getenv reader_password EARNED_READER_PASSWORD

SELECT format('CREATE ROLE %I LOGIN', name)
FROM unnest(ARRAY['ingestion', 'rule_evaluation', 'obligation_fulfillment', 'reporting', 'earned_reader']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec

ALTER ROLE ingestion PASSWORD :'ingestion_password';
ALTER ROLE rule_evaluation PASSWORD :'rule_evaluation_password';
ALTER ROLE obligation_fulfillment PASSWORD :'obligation_fulfillment_password';
ALTER ROLE reporting PASSWORD :'reporting_password';
ALTER ROLE earned_reader PASSWORD :'reader_password';

-- A role finds its tables without naming the schema.
SELECT format('CREATE SCHEMA IF NOT EXISTS %1$I AUTHORIZATION %1$I', name),
       format('ALTER ROLE %1$I IN DATABASE %2$I SET search_path = %1$I', name, current_database())
FROM unnest(ARRAY['ingestion', 'rule_evaluation', 'obligation_fulfillment', 'reporting']) AS name
\gexec

SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()),
       format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO ingestion, rule_evaluation, obligation_fulfillment, reporting',
              current_database()),
       format('GRANT CONNECT ON DATABASE %I TO earned_reader', current_database()),
       format('ALTER ROLE earned_reader IN DATABASE %I SET search_path = reporting', current_database())
\gexec
REVOKE ALL ON SCHEMA public FROM PUBLIC;

-- The reader reads; which views of the schema, the schema's own migrations say.
ALTER ROLE earned_reader SET default_transaction_read_only = on;
GRANT USAGE ON SCHEMA reporting TO earned_reader;
