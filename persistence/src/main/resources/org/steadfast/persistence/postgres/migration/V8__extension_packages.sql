-- Packages of entities that were installed. The entities themselves are in the table entity; here stands which of them a package
-- brought: the n-th of collections and the n-th of entities belong together.
create table extension_package (
    name text primary key,
    version text not null,
    metadata jsonb not null,
    collections text[] not null,
    entities text[] not null,
    installed timestamptz not null
);
