package org.steadfast.connection.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RendezvousTest {
    private static final int THINGS = 10_000;

    private record Node(String name, long hash) implements Rendezvous.Candidate {
        Node(String name) {
            this(name, Rendezvous.hash(name));
        }
    }

    private final List<Node> nodes = List.of(new Node("foundation1"), new Node("foundation2"), new Node("foundation3"));

    private static Map<String, Node> owners(List<Node> candidates) {
        Map<String, Node> owners = new HashMap<>();
        for (int i = 0; i < THINGS; i++) {
            owners.put("Pump" + i, Rendezvous.choose(candidates, "Pump" + i).orElseThrow());
        }
        return owners;
    }

    private static long count(Map<String, Node> owners, Node node) {
        return owners.values().stream().filter(node::equals).count();
    }

    @Test
    void nobodyOwnsAnythingWhereThereIsNoNode() {
        assertThat(Rendezvous.choose(List.<Node>of(), "Pump1")).isEmpty();
    }

    @Test
    void nodesOwnEquallyManyThings() {
        Map<String, Node> owners = owners(nodes);
        for (Node node : nodes) {
            assertThat(count(owners, node)).as(node.name()).isCloseTo(THINGS / 3, within((long) THINGS * 2 / 100));
        }
    }

    @Test
    void onlyTheThingsOfALostNodeMoveAndToAllOthers() {
        Map<String, Node> before = owners(nodes);
        Node lost = nodes.get(1);
        Map<String, Node> after = owners(List.of(nodes.get(0), nodes.get(2)));
        before.forEach((thing, owner) -> {
            if (!owner.equals(lost)) {
                assertThat(after.get(thing)).as(thing).isEqualTo(owner);
            }
        });
        long gained = count(after, nodes.get(0)) - count(before, nodes.get(0));
        assertThat(gained).isCloseTo(count(before, lost) / 2, within((long) THINGS * 2 / 100));
    }

    @Test
    void theOrderOfTheNodesDoesNotMatter() {
        Map<String, Node> expected = owners(nodes);
        List<Node> shuffled = new ArrayList<>(nodes);
        Random random = new Random(1);
        for (int i = 0; i < 5; i++) {
            Collections.shuffle(shuffled, random);
            assertThat(owners(shuffled)).isEqualTo(expected);
        }
    }

    /** Connection servers of different versions must agree, so the hash may not change. */
    @Test
    void theHashIsFnv1a() {
        assertThat(Rendezvous.hash("")).isEqualTo(0xCBF29CE484222325L);
        assertThat(Rendezvous.hash("a")).isEqualTo(0xAF63DC4C8601EC8CL);
        assertThat(Rendezvous.hash("foobar")).isEqualTo(0x85944171F73967E8L);
    }
}
