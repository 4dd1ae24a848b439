-- Which generations of the platform understand what is in this database: those from the oldest one on. One row.
create table platform_generation (
    only_row boolean primary key default true check (only_row),
    oldest integer not null,
    -- Version of the platform that was the first to leave out older ones.
    version text not null,
    since timestamptz not null default now()
);
