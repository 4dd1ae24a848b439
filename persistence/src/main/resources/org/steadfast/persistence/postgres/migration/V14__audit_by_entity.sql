-- What was done to one entity is asked for by whoever looks at it.
create index audit_entry_entity on audit_entry (collection, name, at);
