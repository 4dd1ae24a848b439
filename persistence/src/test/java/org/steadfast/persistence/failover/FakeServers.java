package org.steadfast.persistence.failover;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Servers that behave as PostgreSQL's do, as far as the guard is concerned: what is written is a list of numbers, a standby has a
 * beginning of its primary's, and a commit is acknowledged when those have it for whom the primary waits.
 */
final class FakeServers implements FailoverRecords {
    private final Map<ServerAddress, Server> servers = new LinkedHashMap<>();
    private final Set<Integer> acknowledged = new TreeSet<>();
    private Optional<Entry> entry = Optional.empty();
    private int lastCommit;

    /** The first is the primary, the others follow it. */
    static FakeServers of(int number) {
        FakeServers all = new FakeServers();
        for (int i = 1; i <= number; i++) {
            ServerAddress address = new ServerAddress("db" + i, 5432);
            all.servers.put(address, all.new Server(address, "s" + i));
        }
        Server first = all.server(1);
        first.timeline = 1;
        all.servers.values().stream().skip(1).forEach(server -> server.source = first.address);
        return all;
    }

    List<DatabaseServer> all() {
        return List.copyOf(servers.values());
    }

    Server server(int number) {
        return servers.get(new ServerAddress("db" + number, 5432));
    }

    /** What clients were told is kept. */
    Set<Integer> acknowledged() {
        return acknowledged;
    }

    /** A client writes through whoever takes itself for a primary. */
    void commit(Server server) {
        if (server.answers() && server.timeline > 0) {
            server.log.add(++lastCommit);
            server.unanswered.add(lastCommit);
        }
        acknowledge();
    }

    /** Standbys get what is written, and clients their answers. */
    void replicate() {
        servers.values().forEach(Server::receive);
        acknowledge();
    }

    private void acknowledge() {
        for (Server primary : servers.values()) {
            if (primary.answers() && primary.timeline > 0) {
                primary.unanswered.removeIf(commit -> {
                    boolean kept = primary.inEffect.isEmpty()
                            || servers.values().stream()
                                    .anyMatch(standby -> primary.waitsFor(standby) && standby.log.contains(commit));
                    if (kept) {
                        acknowledged.add(commit);
                    }
                    return kept;
                });
            }
        }
    }

    /** The settings that primaries were told are in effect now. */
    void settle() {
        servers.values().forEach(server -> server.inEffect = Set.copyOf(server.names));
        acknowledge();
    }

    @Override
    public Optional<Entry> read() {
        return entry;
    }

    @Override
    public Optional<Entry> replace(Optional<Entry> former, FailoverRecord next) {
        if (!former.map(Entry::version).equals(entry.map(Entry::version))) {
            return Optional.empty();
        }
        entry = Optional.of(new Entry(next, entry.map(Entry::version).orElse(0) + 1));
        return entry;
    }

    FailoverRecord record() {
        return entry.orElseThrow().record();
    }

    /** One of them. Fields are changed by the test at will. */
    final class Server implements DatabaseServer {
        private final ServerAddress address;
        private final String name;
        private final List<Integer> log = new ArrayList<>();
        private final List<Integer> unanswered = new ArrayList<>();
        /** 0 while it is a standby. */
        private int timeline;

        private int standbyTimeline = 1;
        private Set<String> names = Set.of();
        private Set<String> inEffect = Set.of();
        private ServerAddress source = ConnectionInfo.NOBODY;
        /** The timeline that it cannot leave; 0 for none. */
        private int divergedOn;

        private boolean isDead;
        private boolean isCutFromGuard;
        private boolean isCutFromOthers;
        private boolean refusesSteps;

        private Server(ServerAddress address, String name) {
            this.address = address;
            this.name = name;
        }

        boolean answers() {
            return !isDead;
        }

        boolean isPrimary() {
            return !isDead && timeline > 0;
        }

        int timeline() {
            return timeline;
        }

        Set<String> names() {
            return names;
        }

        ServerAddress source() {
            return source;
        }

        List<Integer> log() {
            return log;
        }

        void die() {
            isDead = true;
            // Clients that wait for an answer get none.
            unanswered.clear();
        }

        void start() {
            isDead = false;
        }

        void cutFromGuard(boolean now) {
            isCutFromGuard = now;
        }

        void cutFromOthers(boolean now) {
            isCutFromOthers = now;
        }

        void refuseSteps(boolean now) {
            refusesSteps = now;
        }

        void names(Set<String> other) {
            names = other;
            inEffect = other;
        }

        /** A copy that was not told to be a standby. */
        void becomePrimaryByMistake() {
            timeline = standbyTimeline;
        }

        /** It has more than the one it follows began with: it is let in, and stays on the timeline before. */
        void followWithMoreThan(Server primary) {
            timeline = 0;
            source = primary.address;
            divergedOn = primary.timeline - 1;
            isDead = false;
        }

        private boolean pretendsToFollow(Server primary) {
            return divergedOn > 0 && !isDead && source.equals(primary.address);
        }

        /** What an operator does with an old primary: it becomes a copy of the present one. */
        void rejoin(Server primary) {
            log.clear();
            log.addAll(primary.log);
            unanswered.clear();
            timeline = 0;
            standbyTimeline = primary.timeline;
            source = primary.address;
            isDead = false;
        }

        private Optional<Server> followed() {
            Server primary = servers.get(source);
            boolean follows = primary != null
                    && divergedOn == 0
                    && !isDead
                    && timeline == 0
                    && primary.isPrimary()
                    && !isCutFromOthers
                    && !primary.isCutFromOthers
                    && primary.timeline >= standbyTimeline
                    && primary.log.size() >= log.size()
                    && primary.log.subList(0, log.size()).equals(log);
            return follows ? Optional.of(primary) : Optional.empty();
        }

        private boolean waitsFor(Server standby) {
            return standby.followed().equals(Optional.of(this)) && inEffect.contains(standby.name);
        }

        private void receive() {
            followed().ifPresent(primary -> {
                log.clear();
                log.addAll(primary.log);
                standbyTimeline = primary.timeline;
            });
        }

        @Override
        public ServerAddress address() {
            return address;
        }

        @Override
        public ServerState look() {
            if (isDead || isCutFromGuard) {
                return new ServerState.Unreachable("dead or cut off", false);
            }
            if (timeline == 0) {
                boolean pretends = divergedOn > 0;
                return new ServerState.Standby(
                        1,
                        name,
                        log.size(),
                        pretends || followed().isPresent(),
                        pretends
                                ? divergedOn
                                : followed().map(primary -> primary.timeline).orElse(0),
                        source,
                        "",
                        StandbyNames.text(names),
                        names.equals(inEffect));
            }
            Map<String, ServerState.Follower> followers = new HashMap<>();
            servers.values().stream()
                    .filter(standby -> standby.followed().equals(Optional.of(this)))
                    .forEach(standby -> followers.put(
                            standby.name,
                            new ServerState.Follower(true, inEffect.contains(standby.name), standby.log.size())));
            servers.values().stream()
                    .filter(standby -> standby.pretendsToFollow(this))
                    .forEach(standby -> followers.put(
                            standby.name,
                            new ServerState.Follower(true, inEffect.contains(standby.name), Long.MAX_VALUE)));
            return new ServerState.Primary(
                    1, timeline, log.size(), StandbyNames.text(names), names.equals(inEffect), followers);
        }

        @Override
        public void waitFor(Set<String> standbys) throws FailoverException {
            requireAnswer();
            names = Set.copyOf(standbys);
        }

        @Override
        public void follow(ServerAddress primary) throws FailoverException {
            requireAnswer();
            source = primary;
        }

        @Override
        public void keepFor(String slot) {
            throw new AssertionError("there are no slots here");
        }

        @Override
        public void promote() throws FailoverException {
            requireAnswer();
            if (timeline == 0) {
                timeline = standbyTimeline + 1;
            }
        }

        private void requireAnswer() throws FailoverException {
            if (isDead || isCutFromGuard || refusesSteps) {
                throw new FailoverException(address + " does not answer", null);
            }
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
