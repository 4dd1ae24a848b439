-- Rows of data tables and entries of streams. What a row holds stands in content, by the names of its fields: what can be compared as
-- a text, a number, a truth value or a place, everything else as the bytes of its value. They go with their thing.
create sequence row_id;

create table data_table_row (
    id bigint primary key default nextval('row_id'),
    thing_id bigint not null references entity on delete cascade,
    row_key text not null,
    row_time bigint not null,
    source text,
    source_type text,
    latitude double precision,
    longitude double precision,
    elevation double precision,
    tags text[],
    content jsonb not null,
    unique (thing_id, row_key)
);
create index data_table_row_order on data_table_row (thing_id, id);

create table stream_entry (
    id bigint primary key default nextval('row_id'),
    thing_id bigint not null references entity on delete cascade,
    row_time bigint not null,
    source text,
    source_type text,
    latitude double precision,
    longitude double precision,
    elevation double precision,
    tags text[],
    content jsonb not null
);
create index stream_entry_time on stream_entry (thing_id, row_time, id);

-- What logged properties were, epoch milliseconds each. The same value of the same time is one entry, however often it arrives: a
-- device that lost its connection sends again what it has no answer to. Partitions of a month are made ahead; what falls into none of
-- them is taken by the last one. No reference to the thing, which would cost each row a look at it, and its deletion the time for all of
-- its history: a thing that is deleted is noted, and its history removed when there is time. Nobody finds it meanwhile.
create sequence history_id;

create table property_history (
    thing_id bigint not null,
    property text not null,
    value_time bigint not null,
    value_hash bigint not null,
    id bigint not null default nextval('history_id'),
    value bytea not null,
    quality text not null,
    number double precision,
    source_epoch bigint not null default 0,
    source_sequence bigint not null default 0,
    primary key (thing_id, property, value_time, value_hash)
) partition by range (value_time);

create table property_history_other partition of property_history default;

create table deleted_entity (
    id bigint primary key,
    deleted timestamptz not null default now()
);
