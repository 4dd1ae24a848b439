-- Who fires timers and schedulers. Whoever takes over makes the epoch greater. Each claim of a fire holds the row, so taking over waits
-- for the claims under way, and ends all later ones of those before.
create table singleton (
    name text primary key,
    epoch bigint not null,
    node text not null,
    incarnation bigint not null,
    taken timestamptz not null default now()
);

-- How far each schedule has come: the last fire time that was claimed or passed over, epoch milliseconds. A schedule that does not fire
-- has no row.
create table schedule_progress (
    thing_id bigint primary key references entity on delete cascade,
    -- What it fires by. Where that is another now, it begins anew.
    plan text not null,
    last_fire bigint not null
) with (fillfactor = 70);

-- Fire times that were claimed: each once, whoever claims it.
create table schedule_fire (
    thing_id bigint not null,
    fire_time bigint not null,
    epoch bigint not null,
    node text not null,
    -- When it was claimed, epoch milliseconds.
    claimed bigint not null,
    -- Fire times before it that were passed over.
    missed integer not null,
    -- TOLD, UNHEARD or OVERLAPPED.
    fate text not null,
    primary key (thing_id, fire_time)
);
-- They come in this order, nearly, and go in it.
create index schedule_fire_claimed on schedule_fire using brin (claimed);

-- What was done on a fire: one row for each subscription that heard of it, made before it begins.
create table schedule_run (
    thing_id bigint not null,
    fire_time bigint not null,
    subscriber_id bigint not null,
    subscriber text not null,
    subscription text not null,
    node text not null,
    incarnation bigint not null,
    started bigint not null,
    ended bigint,
    outcome text not null default 'RUNNING',
    error text not null default '',
    primary key (thing_id, fire_time, subscriber_id, subscription)
);
create index schedule_run_started on schedule_run using brin (started);
