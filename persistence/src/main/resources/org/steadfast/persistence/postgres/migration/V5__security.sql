-- Passwords, as hashes that hold their own parameters and salt. Failures are counted here, so that all nodes agree.
create table user_credential (
    user_name text primary key,
    hash text not null,
    changed timestamptz not null default now(),
    failures integer not null default 0,
    locked_until timestamptz
);

-- Who is a member of which group or organization. What comes with the platform is in no table of entities and has members too.
create table membership (
    collection text not null,
    name text not null,
    member_collection text not null,
    member text not null,
    primary key (collection, name, member_collection, member)
);
create index membership_member on membership (member_collection, member);

insert into membership (collection, name, member_collection, member) values
    ('Groups', 'Administrators', 'Users', 'Administrator'),
    ('Organizations', 'Everyone', 'Groups', 'Users');

-- What is allowed and denied: on an entity (name), on all of a collection (name *), or, of a template or shape, on the things that
-- come from it (instance).
create table permission (
    collection text not null,
    name text not null,
    instance boolean not null,
    type text not null,
    resource text not null,
    principal_collection text not null,
    principal text not null,
    permitted boolean not null,
    primary key (collection, name, instance, type, resource, principal_collection, principal)
);
create index permission_principal on permission (principal_collection, principal);

-- Whoever makes an entity of that name anew must not get what the earlier one had.
create function forget_entity_security() returns trigger language plpgsql as $$
begin
    delete from permission where collection = old.collection and name = old.name;
    if old.collection in ('Users', 'Groups', 'Organizations') then
        delete from permission where principal_collection = old.collection and principal = old.name;
        delete from membership where collection = old.collection and name = old.name;
        delete from membership where member_collection = old.collection and member = old.name;
        delete from user_credential where old.collection = 'Users' and user_name = old.name;
    elsif old.collection = 'ApplicationKeys' then
        delete from application_key where name = old.name;
    end if;
    return null;
end $$;
create trigger forget_entity_security after delete on entity for each row execute function forget_entity_security();

-- Who did what. Rows are added and never changed.
create table audit_entry (
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    user_name text not null,
    address text not null,
    action text not null,
    collection text not null,
    name text not null,
    version_before bigint,
    version_after bigint,
    detail text not null
);
create index audit_entry_at on audit_entry (at);
create index audit_entry_user on audit_entry (user_name, at);

create function refuse_audit_change() returns trigger language plpgsql as $$
begin
    raise exception 'entries of the audit log are never changed';
end $$;
create trigger audit_entry_append_only before update or delete on audit_entry
    for each statement execute function refuse_audit_change();
