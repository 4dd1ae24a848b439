package org.steadfast.foundation.scheduler;

import java.util.HashSet;
import java.util.Set;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;

/**
 * What has been changed of the model since it was last looked at. Added to by whoever announces changes, emptied by the singleton's
 * thread; guarded by this.
 */
final class ModelChanges {
    /** Beyond this it is less work to read everything. */
    private static final int MOST_NAMES = 20_000;

    private final Set<String> things = new HashSet<>();
    private final Set<String> templates = new HashSet<>();
    private boolean isTooMuch;
    private boolean isWanted;

    /**
     * @param things names of things that were changed
     * @param templates names of templates that were changed
     * @param isTooMuch whether there were more than are held here
     */
    record Taken(Set<String> things, Set<String> templates, boolean isTooMuch) {
        boolean isEmpty() {
            return things.isEmpty() && templates.isEmpty() && !isTooMuch;
        }
    }

    /** Begins to remember, with nothing. */
    synchronized void begin() {
        clear();
        isWanted = true;
    }

    /** Remembers nothing more. */
    synchronized void end() {
        clear();
        isWanted = false;
    }

    private void clear() {
        things.clear();
        templates.clear();
        isTooMuch = false;
    }

    /** @return whether it is remembered */
    synchronized boolean add(EntityRef ref) {
        if (!isWanted) {
            return false;
        }
        if (ref.type() == EntityType.THING) {
            isTooMuch |= things.size() >= MOST_NAMES;
            if (!isTooMuch) {
                things.add(ref.name());
            }
            return true;
        }
        if (ref.type() == EntityType.THING_TEMPLATE) {
            isTooMuch |= templates.size() >= MOST_NAMES;
            if (!isTooMuch) {
                templates.add(ref.name());
            }
            return true;
        }
        return false;
    }

    /** Anything may have been changed. */
    synchronized void addAll() {
        isTooMuch |= isWanted;
    }

    /** All of it; it is not remembered any more. */
    synchronized Taken take() {
        Taken taken = new Taken(Set.copyOf(things), Set.copyOf(templates), isTooMuch);
        clear();
        return taken;
    }
}
