package org.steadfast.foundation.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.sharedstate.SharedSessions;
import org.steadfast.foundation.sharedstate.SharedSessions.Session;
import org.steadfast.persistence.store.StoreException;

/**
 * Sessions of users who have logged in. A session ends when it was not used for a while, when its user changes the password, or is
 * no more, and when the application key that it came from is worth nothing any more. Clients have a random token; shared state has
 * its hash alone. Each user has so many places for sessions and no more, so that clients that never come back with their cookies
 * cannot fill shared state; where all are taken the session that was not used for longest ends. Safe for use by several threads.
 */
public final class Sessions {
    private static final Logger log = LoggerFactory.getLogger(Sessions.class);
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final int TOKEN_BYTES = 32;
    private static final int MOST_OF_USER = 100;
    /** Beginnings at the same time may want the same place. */
    private static final int MOST_ATTEMPTS = 5;
    /** Between the random part of a token and the place; in no base64. */
    private static final char SEPARATOR = '.';
    /** A session is written again after this part of its idle time, and not with each request. */
    private static final int TOUCHES = 10;

    private final SharedSessions shared;
    /** Before the user in what places are made of: sessions of one kind never take the places of another. */
    private final String kind;

    private final Accounts accounts;
    private final ApplicationKeys keys;
    private final Duration idle;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    Sessions(SharedSessions shared, String kind, Accounts accounts, ApplicationKeys keys, Duration idle, Clock clock) {
        this.shared = shared;
        this.kind = kind;
        this.accounts = accounts;
        this.keys = keys;
        this.idle = idle;
        this.clock = clock;
    }

    /**
     * Begins a session.
     *
     * @param key the application key that the principal came in with, where it was one
     * @return the token, which only the client keeps
     */
    public String begin(Principal principal, Optional<String> key) throws LoginException {
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        try {
            Session session = new Session(
                    hash(secret),
                    principal.user(),
                    principal.readOnly(),
                    key.map(ApplicationKeys::hashText).orElse(""),
                    accounts.passwordStamp(principal.user()),
                    clock.millis());
            return secret + SEPARATOR + keep(session);
        } catch (ModelException e) {
            throw unavailable(e);
        }
    }

    /** Finds a place for a session. */
    private String keep(Session session) throws LoginException {
        List<String> places = places(session.user());
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            Map<String, Session> taken = await(shared.findAll(Set.copyOf(places)));
            List<String> free =
                    places.stream().filter(place -> !taken.containsKey(place)).toList();
            if (!free.isEmpty()) {
                String place = free.get(random.nextInt(free.size()));
                if (await(shared.add(place, session, idle))) {
                    return place;
                }
            } else {
                Map.Entry<String, Session> oldest = Collections.min(
                        taken.entrySet(),
                        Comparator.comparingLong(entry -> entry.getValue().lastUsed()));
                if (await(shared.replace(oldest.getKey(), oldest.getValue(), session, idle))) {
                    return oldest.getKey();
                }
            }
        }
        throw new LoginException(
                LoginException.Kind.BUSY,
                "too many sessions of " + session.user() + " begin at once; a user has at most " + MOST_OF_USER);
    }

    private List<String> places(String user) {
        String prefix = hash(kind + user) + SEPARATOR;
        return IntStream.range(0, MOST_OF_USER).mapToObj(i -> prefix + i).toList();
    }

    /** The session of a token and its place; empty where the place has none, or another one. */
    private Optional<Session> read(String token, String place) throws LoginException {
        String hash = hash(token.substring(0, token.length() - place.length() - 1));
        // Whatever kind the place is of stands in its name, so that no token of one kind is one of another.
        return await(shared.find(place))
                .filter(session ->
                        session.token().equals(hash) && place.startsWith(hash(kind + session.user()) + SEPARATOR));
    }

    /** Where the session of a token would be; empty where it is no token. */
    private static Optional<String> place(String token) {
        int separator = token.indexOf(SEPARATOR);
        return separator < 0 || separator == token.length() - 1
                ? Optional.empty()
                : Optional.of(token.substring(separator + 1));
    }

    /** Whose session a token is of; empty where it is of none, or of one that has ended. */
    public Optional<Principal> find(String token, String address) throws LoginException {
        Optional<String> place = place(token);
        Optional<Session> found = place.isEmpty() ? Optional.empty() : read(token, place.get());
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Optional<Principal> holder = holder(found.get(), address);
        if (holder.isPresent()) {
            touch(place.get(), found.get());
        }
        return holder;
    }

    /** The same, which does not count as a use of the session: it ends no later for being looked at. */
    Optional<Principal> look(String token, String address) throws LoginException {
        Optional<String> place = place(token);
        Optional<Session> found = place.isEmpty() ? Optional.empty() : read(token, place.get());
        return found.isEmpty() ? Optional.empty() : holder(found.get(), address);
    }

    /** What a session that is there came from, asked anew each time, also when the session has ended. */
    Optional<Credential> behind(String token, Principal principal) throws LoginException {
        Optional<String> place = place(token);
        Optional<Session> found = place.isEmpty() ? Optional.empty() : read(token, place.get());
        return found.map(session -> () ->
                holder(session, principal.address()).filter(principal::equals).isPresent());
    }

    private Optional<Principal> holder(Session session, String address) throws LoginException {
        try {
            return session.key().isEmpty() ? byPassword(session, address) : byKey(session, address);
        } catch (ModelException | StoreException e) {
            throw unavailable(e);
        }
    }

    private Optional<Principal> byPassword(Session session, String address) throws ModelException {
        boolean stands = accounts.isOpen(session.user())
                && accounts.passwordStamp(session.user()).equals(session.passwordStamp());
        return stands ? Optional.of(new Principal(session.user(), session.readOnly(), address)) : Optional.empty();
    }

    /** As the key is now: it may have been restricted since, or given to another user. */
    private Optional<Principal> byKey(Session session, String address) throws StoreException {
        return keys.findByHash(HexFormat.of().parseHex(session.key()), address)
                .filter(holder -> holder.user().equals(session.user()));
    }

    private void touch(String place, Session session) {
        long now = clock.millis();
        if (now - session.lastUsed() < idle.toMillis() / TOUCHES) {
            return;
        }
        Session used = new Session(
                session.token(), session.user(), session.readOnly(), session.key(), session.passwordStamp(), now);
        // Where it ended meanwhile, or was written by another request, this does nothing.
        var unused = shared.replace(place, session, used, idle).exceptionally(failure -> {
            log.debug("A session's time could not be kept; the next request tries again", failure);
            return null;
        });
    }

    /** Ends a session; nothing happens where there is none. */
    public void end(String token) throws LoginException {
        Optional<String> place = place(token);
        Optional<Session> found = place.isEmpty() ? Optional.empty() : read(token, place.get());
        while (found.isPresent() && !await(shared.remove(place.get(), found.get()))) {
            // A request of it has just written when it was used.
            found = read(token, place.get());
        }
    }

    private static String hash(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static <T> T await(CompletableFuture<T> future) throws LoginException {
        try {
            return future.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw unavailable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(e);
        }
    }

    private static LoginException unavailable(Exception e) {
        return new LoginException(LoginException.Kind.UNAVAILABLE, "sessions cannot be looked up now", e);
    }
}
