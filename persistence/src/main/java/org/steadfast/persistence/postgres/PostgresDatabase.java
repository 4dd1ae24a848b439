package org.steadfast.persistence.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.postgresql.jdbc.PreferQueryMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.persistence.store.AlertStore;
import org.steadfast.persistence.store.ApplicationKeyStore;
import org.steadfast.persistence.store.AuditStore;
import org.steadfast.persistence.store.CredentialStore;
import org.steadfast.persistence.store.DataTableStore;
import org.steadfast.persistence.store.DeletedThings;
import org.steadfast.persistence.store.EventJournal;
import org.steadfast.persistence.store.ExtensionPackageStore;
import org.steadfast.persistence.store.HistoryOutbox;
import org.steadfast.persistence.store.HistoryStore;
import org.steadfast.persistence.store.MembershipStore;
import org.steadfast.persistence.store.ModelStore;
import org.steadfast.persistence.store.OrganizationUnitStore;
import org.steadfast.persistence.store.PermissionStore;
import org.steadfast.persistence.store.PropertyStore;
import org.steadfast.persistence.store.ScheduleRunStore;
import org.steadfast.persistence.store.ScheduleStore;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.StreamStore;
import org.steadfast.persistence.store.WriterRegistry;

/** A PostgreSQL database with the platform's schema, and the stores in it. Safe for use by several threads. */
public final class PostgresDatabase implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PostgresDatabase.class);

    /** The mover's, upkeep's, those of the queries that there may be at a time, and some to append with. */
    private static final int MOVING_CONNECTIONS = 8;

    private final PostgresSettings settings;
    private final PrimaryConnecting direct;
    private final PersistentConnecting persistent;
    private final HikariDataSource pool;
    /** Made when it is wanted; guarded by this. */
    private Optional<HikariDataSource> moving = Optional.empty();

    /** Where it stands before the database. */
    private final Optional<Pgpool> pgpool;

    private PostgresDatabase(
            PostgresSettings settings,
            PrimaryConnecting direct,
            PersistentConnecting persistent,
            Optional<Pgpool> pgpool) {
        this.settings = settings;
        this.pgpool = pgpool;
        this.direct = direct;
        this.persistent = persistent;
        this.pool = pool("postgres", settings, settings.maxPoolSize(), persistent);
    }

    /** The same as {@link #open(PostgresSettings, int)}, of whatever timeline. */
    public static PostgresDatabase open(PostgresSettings settings) throws StoreException {
        return open(settings, 0);
    }

    /**
     * Connects and brings the schema up to date. Several nodes may do so at the same time: one migrates, the others wait.
     *
     * @param timeline the least timeline that the primary may have; matters where there are several servers
     * @throws StoreException {@link StoreException.Kind#UNAVAILABLE} if the database does not answer,
     *     {@link StoreException.Kind#REFUSED} if it refuses the login
     */
    public static PostgresDatabase open(PostgresSettings settings, int timeline) throws StoreException {
        PrimaryConnecting direct = new PrimaryConnecting(ServerSources.of(settings, PreferQueryMode.EXTENDED));
        direct.atLeast(timeline);
        Pgpool pgpool = new Pgpool(new PrimaryConnecting(ServerSources.of(settings, PreferQueryMode.SIMPLE)));
        Optional<String> version;
        // A first connection of our own: its error says more than the pool's.
        try (Connection connection = direct.getConnection()) {
            if (!connection.isValid(5)) {
                throw new StoreException(StoreException.Kind.UNAVAILABLE, settings + " does not answer");
            }
            version = pgpool.version();
            if (version.isPresent()) {
                log.info("{} is Pgpool-II {}", settings, version.get());
                pgpool.requirePrimary(ServerSources.APPLICATION);
            }
        } catch (SQLException e) {
            throw SqlErrors.translate(settings + " cannot be reached", e);
        }
        new PostgresSchema(direct).migrate();
        PersistentConnecting persistent = new PersistentConnecting(direct);
        return new PostgresDatabase(settings, direct, persistent, version.map(one -> pgpool));
    }

    /**
     * Uses no primary of a lesser timeline from now on, and breaks the connections that there are to one. Does nothing where the
     * address has one server alone.
     */
    public void requireTimeline(int least) {
        direct.atLeast(least);
    }

    private static HikariDataSource pool(String name, PostgresSettings settings, int size, DataSource persistent) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setDataSource(persistent);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(Math.min(2, size));
        config.setConnectionTimeout(Math.max(1_000, settings.connectTimeout().toMillis()));
        config.setKeepaliveTime(30_000);
        config.setMaxLifetime(600_000);
        config.setIdleTimeout(300_000);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    /** Whether Pgpool-II stands before it. */
    public boolean isPgpool() {
        return pgpool.isPresent();
    }

    /**
     * The servers that Pgpool-II leads to; none where there is no Pgpool-II.
     *
     * @throws StoreException if it does not answer
     */
    public List<PoolNode> poolNodes() throws StoreException {
        try {
            return pgpool.isPresent() ? pgpool.get().nodes() : List.of();
        } catch (SQLException e) {
            throw SqlErrors.translate("asking Pgpool-II for its servers", e);
        }
    }

    public PropertyStore properties() {
        return new PostgresPropertyStore(pool, direct);
    }

    /** Writers whose history stays in this database. */
    public WriterRegistry writers() {
        return writers(HistoryTarget.STAYS);
    }

    /** @param history where writers put it */
    public WriterRegistry writers(HistoryTarget history) {
        return new PostgresWriterRegistry(pool, direct, history);
    }

    public ModelStore model() {
        return new PostgresModelStore(pool);
    }

    public EventJournal events() {
        return new PostgresEventJournal(pool);
    }

    public AlertStore alerts() {
        return new PostgresAlertStore(pool);
    }

    public ScheduleStore schedules() {
        return new PostgresScheduleStore(pool);
    }

    public ScheduleRunStore scheduleRuns() {
        return new PostgresScheduleRunStore(pool);
    }

    public DataTableStore dataTables() {
        return new PostgresDataTableStore(pool);
    }

    public StreamStore streams() {
        return new PostgresStreamStore(pool);
    }

    /** History that stays in this database. */
    public HistoryStore history() {
        return history(HistoryTarget.STAYS);
    }

    /**
     * The history that is in this database itself.
     *
     * @param target of what is appended
     */
    public HistoryStore history(HistoryTarget target) {
        return new PostgresHistoryStore(target == HistoryTarget.STAYS ? pool : moving(), target);
    }

    /** What is to be moved of what was written with {@link HistoryTarget#MOVES}. */
    public HistoryOutbox historyOutbox() {
        return new PostgresHistoryOutbox(new Transactions(moving()));
    }

    public DeletedThings deletedThings() {
        return new PostgresDeletedThings(new Transactions(pool));
    }

    /** Connections that wait for another store while they hold rows: not those of everybody else. */
    private synchronized HikariDataSource moving() {
        if (moving.isEmpty()) {
            moving = Optional.of(pool("history", settings, MOVING_CONNECTIONS, persistent));
        }
        return moving.get();
    }

    public ExtensionPackageStore extensionPackages() {
        return new PostgresExtensionPackageStore(pool);
    }

    public ApplicationKeyStore applicationKeys() {
        return new PostgresApplicationKeyStore(pool);
    }

    public CredentialStore credentials() {
        return new PostgresCredentialStore(pool);
    }

    public MembershipStore memberships() {
        return new PostgresMembershipStore(pool);
    }

    public OrganizationUnitStore organizationUnits() {
        return new PostgresOrganizationUnitStore(pool);
    }

    public PermissionStore permissions() {
        return new PostgresPermissionStore(pool);
    }

    public AuditStore audit() {
        return new PostgresAuditStore(pool);
    }

    @Override
    public synchronized void close() {
        // First: the pool waits for the one who connects for it.
        persistent.close();
        pool.close();
        moving.ifPresent(HikariDataSource::close);
    }
}
