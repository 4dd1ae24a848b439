-- One sequence for the versions of all entities: one that is deleted and made again has a version that no earlier one of the name had,
-- so that a change which was meant for the earlier one does not hit it.
create sequence entity_version;
select setval('entity_version', (select coalesce(max(version), 1) from entity));
alter table entity alter column version set default nextval('entity_version');
