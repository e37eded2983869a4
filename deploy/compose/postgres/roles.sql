-- Run once, by the empty database of the compose file: who logs in, each with the password of its own file. What each may
-- see is granted by `fairtrade store migrate`.
\set writer `cat /run/secrets/fairtrade_writer_password`
\set officer `cat /run/secrets/fairtrade_officer_password`
\set analyst `cat /run/secrets/fairtrade_analyst_password`
CREATE ROLE fairtrade_writer LOGIN PASSWORD :'writer';
CREATE ROLE fairtrade_officer LOGIN PASSWORD :'officer';
CREATE ROLE fairtrade_analyst LOGIN PASSWORD :'analyst';
