package org.steadfast.foundation.sharedstate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which members go on when some of them do not reach each other: the largest set in which everybody reaches everybody. Of several
 * such sets the one with the oldest member, then the second oldest, and so on. Every member that knows the same reports decides the
 * same.
 */
final class Survivors {
    private final List<String> members;
    private final Map<String, Set<String>> unreachable;
    private List<String> best = List.of();

    private Survivors(List<String> members, Map<String, Set<String>> unreachable) {
        this.members = members;
        this.unreachable = unreachable;
    }

    /**
     * @param members platform ids, the oldest first
     * @param unreachable by member, whom it does not reach; one side's word is enough
     */
    static Set<String> of(List<String> members, Map<String, Set<String>> unreachable) {
        Survivors survivors = new Survivors(members, unreachable);
        survivors.extend(new ArrayList<>(), 0);
        return Set.copyOf(survivors.best);
    }

    /**
     * Tries each further member, the oldest first, so that of sets of one size the one that is found first has the older members.
     * Exponential in the worst case, for tens of members with tens of broken links among them.
     */
    private void extend(List<String> chosen, int next) {
        if (chosen.size() > best.size()) {
            best = List.copyOf(chosen);
        }
        for (int i = next; i < members.size() && chosen.size() + members.size() - i > best.size(); i++) {
            String member = members.get(i);
            if (chosen.stream().allMatch(other -> reach(member, other))) {
                chosen.add(member);
                extend(chosen, i + 1);
                chosen.remove(chosen.size() - 1);
            }
        }
    }

    private boolean reach(String a, String b) {
        return !unreachable.getOrDefault(a, Set.of()).contains(b)
                && !unreachable.getOrDefault(b, Set.of()).contains(a);
    }
}
