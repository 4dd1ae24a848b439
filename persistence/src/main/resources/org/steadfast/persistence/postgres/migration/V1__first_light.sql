-- Definitions: things and all other entities of the model.
create table entity (
    id bigint generated always as identity primary key,
    collection text not null,
    name text not null,
    version bigint not null default 1,
    identifier text,
    definition jsonb not null,
    modified timestamptz not null default now(),
    unique (collection, name),
    unique (collection, identifier)
);

create table application_key (
    name text primary key,
    key_hash bytea not null unique,
    user_name text not null,
    read_only boolean not null default false,
    created timestamptz not null default now()
);

-- Drawn under the lock of the row that is written, so that for one key the order of versions is the order of commits.
-- Outlives the rows: a value that is removed and written anew has a greater version than before.
create sequence property_version;
create sequence binding_epoch;
create sequence writer_incarnation;

-- Current values. No index on anything that an update changes, and room in each page: updates stay within their page.
create table property_value (
    thing_id bigint not null,
    property text not null,
    value bytea not null,
    value_time bigint not null,
    quality text not null,
    version bigint not null,
    source_epoch bigint not null default 0,
    source_sequence bigint not null default 0,
    primary key (thing_id, property)
) with (fillfactor = 70);

-- One row per lane of a node that writes. A batch holds its row, so fencing waits for the batch under way and stops all later
-- ones. in_flight is where a node leaves the keys that it may have committed without publishing them.
create table writer_lane (
    node text not null,
    lane integer not null,
    incarnation bigint not null,
    fenced boolean not null default false,
    batch bigint not null default 0,
    in_flight text[] not null default '{}',
    primary key (node, lane)
) with (fillfactor = 50);
