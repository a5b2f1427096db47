package io.millrace.vertx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Overflow;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChannelOptionsTest {
    @Test
    void json_outAndIn_givesTheSameOptions() {
        ChannelOptions options = new ChannelOptions()
                .setName("jobs")
                .setCapacity(7)
                .setUnbounded(true)
                .setOverflow(Overflow.DROP_OLDEST);
        assertThat(new ChannelOptions(options.toJson())).isEqualTo(options).hasSameHashCodeAs(options);
        assertThat(new ChannelOptions(new JsonObject(options.toJson().encode())))
                .isEqualTo(options);
        assertThat(new ChannelOptions(options)).isEqualTo(options).isNotSameAs(options);
        assertThat(new ChannelOptions(new JsonObject())).isEqualTo(new ChannelOptions());
        assertThat(new ChannelOptions(options).setName(null)).isNotEqualTo(options);
    }

    @Test
    void defaults_areThoseOfTheConstants() {
        ChannelOptions options = new ChannelOptions();
        assertThat(options.getName()).isNull();
        assertThat(options.getCapacity()).isEqualTo(ChannelOptions.DEFAULT_CAPACITY);
        assertThat(options.isUnbounded()).isEqualTo(ChannelOptions.DEFAULT_UNBOUNDED);
        assertThat(options.getOverflow()).isEqualTo(ChannelOptions.DEFAULT_OVERFLOW);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"capacity\": -1} | capacity must be >= 0: -1",
                "{\"capacity\": \"7\"} | capacity must be an integer: 7",
                "{\"capacity\": 1.5} | capacity must be an integer: 1.5",
                "{\"capacity\": 3000000000} | capacity must be an integer: 3000000000",
                "{\"capacity\": null} | capacity must be an integer: null",
                "{\"unbounded\": \"yes\"} | unbounded must be true or false: yes",
                "{\"overflow\": \"DROP\"} | overflow must be one of [WAIT, DROP_OLDEST, DROP_LATEST]: DROP",
                "{\"name\": 3} | name must be a string: 3",
                "{\"capcity\": 3} | unknown key: capcity",
                "{\"overflow\": \"DROP_LATEST\", \"capacity\": 0} | overflow DROP_LATEST needs a capacity >= 1: 0",
            })
    void badValues_areRefusedNamingTheKey(String json, String message) {
        assertThatThrownBy(() -> new ChannelOptions(new JsonObject(json)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void options_makeTheChannelTheySay() {
        Vertx vertx = Vertx.vertx();
        try {
            VertxChannel<Integer> bounded = VertxChannel.create(
                    vertx, new ChannelOptions().setName("small").setCapacity(2).setOverflow(Overflow.DROP_LATEST));
            assertThat(bounded.stats().name()).isEqualTo("small");
            assertThat(bounded.stats().capacity()).hasValue(2);
            VertxSender<Integer> sender = bounded.sender();
            for (int i = 0; i < 4; i++) {
                sender.trySend(i);
            }
            assertThat(bounded.stats().undelivered()).isEqualTo(2);
            VertxChannel<Integer> unbounded = VertxChannel.create(vertx, new ChannelOptions().setUnbounded(true));
            assertThat(unbounded.stats().capacity()).isEmpty();
        } finally {
            vertx.close().await();
        }
    }
}
