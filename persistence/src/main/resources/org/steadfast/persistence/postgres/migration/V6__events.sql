-- What has happened and was not heard yet by all that subscribe to it durably. A change of a property is written here by the batch
-- that writes the value, in its transaction. The life of the node that wrote a row is answerable for it, and deletes it when all have
-- heard it; when that life has ended, another one takes the row over.
create table event_journal (
    id bigint generated always as identity primary key,
    node text not null,
    incarnation bigint not null,
    thing_id bigint not null,
    thing text not null,
    -- Empty for changes of a property.
    event text not null,
    property text not null,
    -- What held before the changes; null where nothing did.
    old_value bytea,
    old_time bigint,
    old_quality text,
    old_epoch bigint not null default 0,
    old_sequence bigint not null default 0,
    -- The writes, or what the event brings.
    body bytea not null,
    created timestamptz not null default now()
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);

-- Where alerts stand that have ever been raised.
create table alert_state (
    thing_id bigint not null references entity on delete cascade,
    property text not null,
    alert text not null,
    active boolean not null,
    -- Of the last change: when it was, epoch milliseconds, and what the property had.
    since bigint not null,
    value bytea not null,
    acknowledged boolean not null default false,
    acknowledged_by text not null default '',
    acknowledged_at bigint not null default 0,
    message text not null default '',
    primary key (thing_id, property, alert)
);

-- What has become of alerts: raised, reset, acknowledged.
create table alert_history (
    id bigint generated always as identity primary key,
    thing_id bigint not null references entity on delete cascade,
    property text not null,
    alert text not null,
    what text not null,
    at bigint not null,
    value bytea not null,
    actor text not null default '',
    message text not null default ''
);
create index alert_history_of_thing on alert_history (thing_id, at);
