package org.steadfast.persistence.postgres;

import java.util.Collection;
import java.util.List;
import javax.sql.DataSource;
import org.steadfast.persistence.store.MembershipStore;
import org.steadfast.persistence.store.StoreException;

/** Memberships in the table {@code membership}; what follows from the places of units comes with the view {@code belonging}. */
final class PostgresMembershipStore implements MembershipStore {
    /** {@code union} drops what was found before, so that circles end. */
    private static final String ABOVE = """
            with recursive above (collection, name) as (
                select m.collection, m.name from %1$s as m
                join unnest(?, ?) as begun(collection, name)
                    on m.member_collection = begun.collection and m.member = begun.name
                union
                select m.collection, m.name from %1$s as m
                join above on m.member_collection = above.collection and m.member = above.name
            )
            select collection, name from above order by collection, name""";

    private final Statements statements;

    PostgresMembershipStore(DataSource pool) {
        this.statements = new Statements(pool);
    }

    @Override
    public void add(Party owner, Party member) throws StoreException {
        statements.change(
                "adding a member to " + owner.name(),
                "insert into membership (collection, name, member_collection, member) values (?, ?, ?, ?)"
                        + " on conflict do nothing",
                owner.collection(),
                owner.name(),
                member.collection(),
                member.name());
    }

    @Override
    public void remove(Party owner, Party member) throws StoreException {
        statements.change(
                "removing a member from " + owner.name(),
                "delete from membership where collection = ? and name = ? and member_collection = ? and member = ?",
                owner.collection(),
                owner.name(),
                member.collection(),
                member.name());
    }

    @Override
    public List<Party> members(Party owner) throws StoreException {
        return statements.rows(
                "reading the members of " + owner.name(),
                "select member_collection, member from membership where collection = ? and name = ?"
                        + " order by member, member_collection",
                row -> new Party(row.getString(1), row.getString(2)),
                owner.collection(),
                owner.name());
    }

    @Override
    public List<Party> above(Collection<Party> members) throws StoreException {
        return above("belonging", members);
    }

    @Override
    public List<Party> joined(Collection<Party> members) throws StoreException {
        return above("membership", members);
    }

    private List<Party> above(String table, Collection<Party> members) throws StoreException {
        return statements.rows(
                "reading memberships",
                ABOVE.formatted(table),
                row -> new Party(row.getString(1), row.getString(2)),
                members.stream().map(Party::collection).toList(),
                members.stream().map(Party::name).toList());
    }
}
