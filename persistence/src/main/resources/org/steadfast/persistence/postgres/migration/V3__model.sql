-- What an entity needs of others: its template, shapes, data shapes and project. Whoever makes an entity holds what it needs
-- against being deleted, and whoever deletes one looks here, with the entity held.
create table entity_reference (
    entity_id bigint not null references entity on delete cascade,
    collection text not null,
    name text not null,
    primary key (entity_id, collection, name)
);
create index entity_reference_target on entity_reference (collection, name, entity_id);

insert into entity (collection, name, definition)
select distinct 'Projects', definition ->> 'projectName', '{}'::jsonb
from entity
where definition ->> 'projectName' <> ''
on conflict do nothing;

insert into entity_reference (entity_id, collection, name)
select id, 'ThingTemplates', definition ->> 'thingTemplate' from entity where collection = 'Things'
union
select id, 'Projects', definition ->> 'projectName' from entity where definition ->> 'projectName' <> '';
