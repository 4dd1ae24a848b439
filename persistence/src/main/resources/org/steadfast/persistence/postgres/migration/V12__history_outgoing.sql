-- History that goes to another store: it waits here from the commit of the values it belongs to until it is there. Rows come and go all
-- the time, so what is left of them is cleared away early and without pauses.
create table history_outgoing (
    id bigint primary key,
    thing_id bigint not null,
    property text not null,
    value_time bigint not null,
    value_hash bigint not null,
    value bytea not null,
    quality text not null,
    number double precision
) with (
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 20000,
    autovacuum_vacuum_cost_delay = 0
);
-- Whoever asks for the history of a thing has its rows moved first.
create index history_outgoing_thing on history_outgoing (thing_id, id);
