package org.steadfast.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusTest {

    @ParameterizedTest
    @EnumSource(Status.class)
    void everyStatusIsItsHttpClassTimes32PlusTheDetail(Status status) {
        assertThat(status.code()).isEqualTo(status.http() / 100 << 5 | status.http() % 100);
        assertThat(Status.ofCode(status.code())).contains(status);
        assertThat(Status.ofCode((byte) status.code())).contains(status);
        assertThat(Status.ofHttp(status.http())).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                200, 201, 202, 204, 206, 300, 301, 302, 303, 304, 305, 307, 400, 401, 402, 403, 404, 405, 406, 408, 409,
                412, 413, 415, 418, 420, 500, 501, 502, 503, 504, 505, 700, 701, 702, 703, 704
            })
    void everyStatusThatADeviceMaySendIsKnown(int http) {
        assertThat(Status.ofCode(http / 100 << 5 | http % 100).map(Status::http))
                .contains(http);
    }

    @Test
    void onlyStatusesBelow400AreSuccess() {
        assertThat(Status.SUCCESS.isSuccess()).isTrue();
        assertThat(Status.NOT_MODIFIED.isSuccess()).isTrue();
        assertThat(Status.BAD_REQUEST.isSuccess()).isFalse();
        assertThat(Status.CONNECTION_TIMEOUT.isSuccess()).isFalse();
    }

    @Test
    void anHttpStatusThatDevicesHaveNoCodeForBecomesAnInternalError() {
        assertThat(Status.ofHttp(499)).isEqualTo(Status.INTERNAL_ERROR);
        assertThat(Status.ofCode(0x8A)).isEmpty();
        assertThat(Status.ofCode(0x01)).isEmpty();
    }
}
