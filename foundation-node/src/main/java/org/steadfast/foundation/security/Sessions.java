package org.steadfast.foundation.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.sharedstate.SharedSessions;
import org.steadfast.foundation.sharedstate.SharedSessions.Session;
import org.steadfast.persistence.store.StoreException;

/**
 * Sessions of users who have logged in. A session ends when it was not used for a while, when its user changes the password, or is
 * no more, and when the application key that it came from is worth nothing any more. Clients have a random token; shared state has
 * its hash alone. Safe for use by several threads.
 */
public final class Sessions {
    private static final Logger log = LoggerFactory.getLogger(Sessions.class);
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final int TOKEN_BYTES = 32;
    /** A session is written again after this part of its idle time, and not with each request. */
    private static final int TOUCHES = 10;

    private final SharedSessions shared;
    private final Accounts accounts;
    private final ApplicationKeys keys;
    private final Duration idle;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    Sessions(SharedSessions shared, Accounts accounts, ApplicationKeys keys, Duration idle, Clock clock) {
        this.shared = shared;
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
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        try {
            Session session = new Session(
                    principal.user(),
                    principal.readOnly(),
                    key.map(ApplicationKeys::hashText).orElse(""),
                    accounts.passwordStamp(principal.user()),
                    clock.millis());
            await(shared.put(id(token), session, idle));
        } catch (ModelException e) {
            throw unavailable(e);
        }
        return token;
    }

    /** Whose session a token is of; empty where it is of none, or of one that has ended. */
    public Optional<Principal> find(String token, String address) throws LoginException {
        Optional<Session> found = await(shared.find(id(token)));
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Session session = found.get();
        Optional<Principal> holder;
        try {
            holder = session.key().isEmpty() ? byPassword(session, address) : byKey(session, address);
        } catch (ModelException | StoreException e) {
            throw unavailable(e);
        }
        if (holder.isPresent()) {
            touch(token, session);
        }
        return holder;
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

    private void touch(String token, Session session) {
        long now = clock.millis();
        if (now - session.lastUsed() < idle.toMillis() / TOUCHES) {
            return;
        }
        Session used = new Session(session.user(), session.readOnly(), session.key(), session.passwordStamp(), now);
        var unused = shared.put(id(token), used, idle).exceptionally(failure -> {
            log.debug("A session's time could not be kept; the next request tries again", failure);
            return null;
        });
    }

    /** Ends a session; nothing happens where there is none. */
    public void end(String token) throws LoginException {
        var unused = await(shared.remove(id(token)));
    }

    private static String id(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
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
