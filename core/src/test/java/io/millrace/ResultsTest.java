package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the values say that trying operations return. */
class ResultsTest {
    @ParameterizedTest
    @EnumSource
    void isSent_onlyIfSent(SendResult result) {
        assertThat(result.isSent()).isEqualTo(result == SendResult.SENT);
    }

    @Test
    void received_hasItsMessage() {
        ReceiveResult<String> result = new ReceiveResult.Received<>("m");

        assertThat(result.isReceived()).isTrue();
        assertThat(result.isDisconnected()).isFalse();
        assertThat(result.get()).isEqualTo("m");
        assertThat(result.orNull()).isEqualTo("m");
        assertThat(result.toOptional()).contains("m");
    }

    @Test
    void emptyAndTimedOut_haveNone() {
        for (ReceiveResult<String> result :
                List.<ReceiveResult<String>>of(new ReceiveResult.Empty<>(), new ReceiveResult.TimedOut<>())) {
            assertThat(result.isReceived()).isFalse();
            assertThat(result.isDisconnected()).isFalse();
            assertThatThrownBy(result::get).isInstanceOf(NoSuchElementException.class);
            assertThat(result.orNull()).isNull();
            assertThat(result.toOptional()).isEmpty();
        }
    }

    @Test
    void disconnected_hasNoMessageButACause() {
        Exception cause = new Exception("the reason");
        ReceiveResult<String> result = new ReceiveResult.Disconnected<>(cause);

        assertThat(result.isReceived()).isFalse();
        assertThat(result.isDisconnected()).isTrue();
        assertThatThrownBy(result::get)
                .isExactlyInstanceOf(DisconnectedException.class)
                .hasCause(cause);
        assertThat(result.orNull()).isNull();
        assertThat(result.toOptional()).isEmpty();
    }
}
