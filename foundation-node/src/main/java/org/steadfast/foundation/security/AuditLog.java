package org.steadfast.foundation.security;

import java.util.List;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.persistence.store.AuditStore;
import org.steadfast.persistence.store.PermissionStore.Permission;
import org.steadfast.persistence.store.StoreException;

/**
 * Keeps who did what. An entry is written before the answer, by the thread that did it, so there are never more on their way than
 * requests. What was done stands also where its entry cannot be written; the node's log has it then. Safe for use by several threads.
 */
public final class AuditLog {
    private static final Logger log = LoggerFactory.getLogger(AuditLog.class);

    private static final String PERMISSION_CHANGE = "PermissionChange";
    /** Characters; what stands around a list fits into an entry with it. */
    private static final int LONGEST_LIST = 900;

    private final AuditStore store;

    AuditLog(AuditStore store) {
        this.store = store;
    }

    /** Something that was done to an entity. */
    public void record(Principal principal, String action, EntityRef ref, String detail) {
        append(principal, action, ref, OptionalLong.empty(), OptionalLong.empty(), detail);
    }

    /** A change of permissions. */
    public void permissionsChanged(Principal principal, EntityRef ref, PermissionSet set, String what) {
        record(principal, PERMISSION_CHANGE, ref, set.title() + ": " + what);
    }

    /** Permissions that an entity has got all at once: as many entries as it takes to tell of each of them. */
    public void permissionsAdded(Principal principal, EntityRef ref, List<Permission> added) {
        for (PermissionSet set : PermissionSet.of(ref.type())) {
            StringBuilder told = new StringBuilder();
            for (Permission permission : added) {
                if (set.contains(permission)) {
                    String next = PermissionSet.told(permission);
                    if (!told.isEmpty() && told.length() + next.length() > LONGEST_LIST) {
                        permissionsChanged(principal, ref, set, "added " + told);
                        told.setLength(0);
                    }
                    told.append(told.isEmpty() ? "" : "; ").append(next);
                }
            }
            if (!told.isEmpty()) {
                permissionsChanged(principal, ref, set, "added " + told);
            }
        }
    }

    /** A change of the model. */
    void changed(Principal principal, String action, Entity entity, OptionalLong before, OptionalLong after) {
        append(principal, action, entity.ref(), before, after, "");
    }

    private void append(
            Principal principal, String action, EntityRef ref, OptionalLong before, OptionalLong after, String detail) {
        AuditStore.Entry entry = new AuditStore.Entry(
                0,
                principal.user(),
                principal.address(),
                action,
                ref.type().collection(),
                ref.name(),
                before,
                after,
                detail);
        try {
            store.append(entry);
        } catch (StoreException e) {
            log.error("AUDIT_INCOMPLETE: the audit log could not take this entry: {}", entry, e);
        }
    }

    /** What was done to an entity, and to those of its name before it; the newest first, {@code limit} entries at most. */
    public List<AuditStore.Entry> of(EntityRef ref, int limit) throws ModelException {
        try {
            return store.ofEntity(ref.type().collection(), ref.name(), limit);
        } catch (StoreException e) {
            throw Accounts.unavailable(e);
        }
    }

    /** Entries, the newest first; see {@link AuditStore#query}. */
    public List<AuditStore.Entry> query(long from, long to, String user, int limit) throws ModelException {
        try {
            return store.query(from, to, user, limit);
        } catch (StoreException e) {
            throw Accounts.unavailable(e);
        }
    }
}
