-- The units of organizations, each under another one or, with an empty parent, under none. They stand in other tables as members and as
-- principals of permissions: of the collection OrganizationalUnits, named organization:unit.
create table organization_unit (
    organization text not null,
    name text not null,
    parent text not null,
    description text not null,
    party text not null generated always as (organization || ':' || name) stored,
    parent_party text generated always as (case when parent <> '' then organization || ':' || parent end) stored,
    primary key (organization, name)
);
create index organization_unit_party on organization_unit (party);
create index organization_unit_parent on organization_unit (parent_party);

-- Who belongs to what: by a membership, or by the place of a unit. What is visible to a unit is visible to those above it, so these
-- belong to it; all that is visible to an organization is visible to its units.
create view belonging as
    select collection, name, member_collection, member from membership
    union all
    select 'OrganizationalUnits', party, 'OrganizationalUnits', parent_party from organization_unit
        where parent_party is not null
    union all
    select 'Organizations', organization, 'OrganizationalUnits', party from organization_unit;

create function forget_organization_units() returns trigger language plpgsql as $$
begin
    delete from organization_unit where organization = old.name;
    return null;
end $$;
create trigger forget_organization_units after delete on entity
    for each row when (old.collection = 'Organizations') execute function forget_organization_units();

create function forget_unit_security(unit text) returns void language sql as $$
    delete from membership where collection = 'OrganizationalUnits' and name = unit;
    delete from permission where principal_collection = 'OrganizationalUnits' and principal = unit;
$$;
create function forget_deleted_unit() returns trigger language plpgsql as $$
begin
    perform forget_unit_security(old.party);
    return null;
end $$;
create trigger forget_deleted_unit after delete on organization_unit
    for each row execute function forget_deleted_unit();

-- What came into being while an earlier unit of that name was deleted is not the new one's.
create function forget_earlier_unit() returns trigger language plpgsql as $$
begin
    perform forget_unit_security(new.organization || ':' || new.name);
    return new;
end $$;
create trigger forget_earlier_unit before insert on organization_unit
    for each row execute function forget_earlier_unit();
