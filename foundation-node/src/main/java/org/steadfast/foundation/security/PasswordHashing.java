package org.steadfast.foundation.security;

import com.password4j.Argon2Function;
import com.password4j.Password;
import com.password4j.types.Argon2;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Computes and compares hashes of passwords by Argon2id. That takes some ten milliseconds of a core and some megabytes by purpose, so
 * a few threads do it, and what does not fit in is refused. Safe for use by several threads.
 */
final class PasswordHashing implements AutoCloseable {
    /** As OWASP advises for Argon2id: 19 MiB, two passes, one lane. */
    private static final Argon2Function ARGON2ID = Argon2Function.getInstance(19_456, 2, 1, 32, Argon2.ID);

    private static final int SALT_BYTES = 16;
    private static final Duration DEADLINE = Duration.ofSeconds(5);

    private final ThreadPoolExecutor threads;
    /** What the passwords of unknown users are compared with, so that they take as long. */
    private final String nobody;

    PasswordHashing(int threads, int mostWaiting) {
        this.threads = new ThreadPoolExecutor(
                threads, threads, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(mostWaiting), task -> {
                    Thread thread = new Thread(task, "passwords");
                    thread.setDaemon(true);
                    return thread;
                });
        this.nobody = compute("the password of nobody");
    }

    /** On the thread that calls. */
    static String compute(String password) {
        return Password.hash(password).addRandomSalt(SALT_BYTES).with(ARGON2ID).getResult();
    }

    /** A hash that holds its parameters and salt. */
    String hash(String password) throws LoginException {
        return run(() -> compute(password));
    }

    /** Whether a hash is one of this password. */
    boolean matches(String password, String hash) throws LoginException {
        return run(() -> Password.check(password, hash).with(Argon2Function.getInstanceFromHash(hash)));
    }

    /** Takes as long as {@link #matches}. */
    void pretend(String password) throws LoginException {
        var unused = matches(password, nobody);
    }

    private <T> T run(Callable<T> work) throws LoginException {
        Future<T> result;
        try {
            result = threads.submit(work);
        } catch (RejectedExecutionException e) {
            throw new LoginException(LoginException.Kind.BUSY, "too many passwords are being checked; try again", e);
        }
        try {
            return result.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            result.cancel(true);
            throw new LoginException(LoginException.Kind.BUSY, "too many passwords are being checked; try again", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LoginException(LoginException.Kind.BUSY, "the node is stopping", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a password cannot be hashed", e.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
