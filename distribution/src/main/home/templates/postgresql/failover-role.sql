-- The role with which Steadfast watches over the servers of its database (settings section
-- PersistenceProviderPackageConfigs.PostgresPersistenceProviderPackage.Failover). It is no superuser. Run this once, on the primary, in the
-- platform's database, and give the role a password: \password steadfast_failover

create role steadfast_failover login replication in role pg_monitor, pg_checkpoint;

-- To promote a standby, and to have a server read its settings again.
grant execute on function pg_promote(boolean, integer) to steadfast_failover;
grant execute on function pg_reload_conf() to steadfast_failover;

-- To set which standbys a commit waits for, and whom a standby follows.
grant alter system on parameter synchronous_standby_names to steadfast_failover;
grant alter system on parameter primary_conninfo to steadfast_failover;

-- For pg_rewind, which makes an old primary a standby of a new one.
grant execute on function pg_ls_dir(text, boolean, boolean) to steadfast_failover;
grant execute on function pg_stat_file(text, boolean) to steadfast_failover;
grant execute on function pg_read_binary_file(text) to steadfast_failover;
grant execute on function pg_read_binary_file(text, bigint, bigint, boolean) to steadfast_failover;
