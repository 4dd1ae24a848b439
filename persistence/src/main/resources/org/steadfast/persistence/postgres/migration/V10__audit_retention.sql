-- Entries of the audit log go when they are as old as the settings say. Whoever removes them says in the same transaction how many days
-- entries are kept, and no younger one can be removed; nothing younger than a day, whatever is said. All else is refused as before.
create or replace function refuse_audit_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and coalesce(current_setting('steadfast.audit_retention_days', true), '') <> '' then
        return null;
    end if;
    raise exception 'entries of the audit log are never changed';
end $$;

create function refuse_audit_removal() returns trigger language plpgsql as $$
begin
    if old.at >= now() - make_interval(days => greatest(1, current_setting('steadfast.audit_retention_days')::integer)) then
        raise exception 'entries of the audit log are never changed, and this one is too young to be removed';
    end if;
    return old;
end $$;
create trigger audit_entry_removal before delete on audit_entry for each row execute function refuse_audit_removal();

create trigger audit_entry_never_emptied before truncate on audit_entry
    for each statement execute function refuse_audit_change();
