package org.steadfast.persistence.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.steadfast.persistence.embedded.SharedPostgres;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.protocol.release.Generation;

@ExtendWith(SharedPostgres.class)
class DataGenerationTest {
    private SharedPostgres.Server server;
    private String name;
    private PostgresSchema schema;

    @BeforeEach
    void makeDatabase(SharedPostgres.Server shared) throws Exception {
        server = shared;
        name = server.createDatabase();
        schema = PostgresSchema.in(FreshDatabase.settings(server, name));
    }

    @Test
    void aNewDatabaseIsOfTheOldestThatTheProgramRunsBeside() throws Exception {
        schema.migrate(new Generation(4, 2));
        assertThat(oldest()).isEqualTo("2");
        assertThatCode(() -> schema.migrate(new Generation(2, 1))).doesNotThrowAnyException();
    }

    @Test
    void itOnlyRises() throws Exception {
        schema.migrate(new Generation(2, 2));
        schema.migrate(new Generation(2, 1));
        assertThat(oldest()).isEqualTo("2");
        schema.migrate(new Generation(5, 3));
        assertThat(oldest()).isEqualTo("3");
    }

    @Test
    void aProgramThatDoesNotUnderstandItIsToldWhy() throws Exception {
        schema.migrate(new Generation(3, 3));
        assertThatThrownBy(() -> schema.migrate(new Generation(2, 1)))
                .hasMessageContaining("generations before 3 do not understand")
                .hasMessageContaining("of generation 2")
                .hasMessageContaining("start a newer one, or restore a backup")
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.OTHER_VERSION));
        assertThat(oldest()).isEqualTo("3");
    }

    @Test
    void oneThatDoesNotSayItIsOfTheFirst() throws Exception {
        schema.migrateTo("12");
        assertThatCode(() -> schema.migrate(new Generation(1, 1))).doesNotThrowAnyException();
        assertThat(oldest()).isEqualTo("1");
    }

    @Test
    void aSchemaThatANewerProgramHasExtendedIsLeftAlone() throws Exception {
        schema.migrate();
        server.query(name, """
                insert into schema_version (installed_rank, version, description, type, script, installed_by, execution_time, success)
                select max(installed_rank) + 1, '999', 'later', 'SQL', 'V999__later.sql', 'somebody', 1, true from schema_version""");
        assertThatCode(() -> schema.migrate()).doesNotThrowAnyException();
        assertThat(schema.version()).contains("999");
    }

    private String oldest() throws Exception {
        return server.query(name, "select oldest from platform_generation");
    }
}
