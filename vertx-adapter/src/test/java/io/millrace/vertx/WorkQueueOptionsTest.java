package io.millrace.vertx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkQueueOptionsTest {
    @Test
    void json_outAndIn_givesTheSameOptions() {
        WorkQueueOptions options = new WorkQueueOptions().setName("jobs").setCapacity(7);
        assertThat(new WorkQueueOptions(new JsonObject(options.toJson().encode())))
                .isEqualTo(options)
                .hasSameHashCodeAs(options)
                .hasToString(options.toString());
        assertThat(new WorkQueueOptions(options)).isEqualTo(options).isNotSameAs(options);
        assertThat(new WorkQueueOptions(new JsonObject())).isEqualTo(new WorkQueueOptions());
        assertThat(new WorkQueueOptions(options).setName(null)).isNotEqualTo(options);
        assertThat(new WorkQueueOptions(options).setCapacity(8)).isNotEqualTo(options);
    }

    @Test
    void defaults_areThoseOfTheConstants() {
        assertThat(new WorkQueueOptions().getName()).isNull();
        assertThat(new WorkQueueOptions().getCapacity()).isEqualTo(WorkQueueOptions.DEFAULT_CAPACITY);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"capacity\": -1} | capacity must be >= 0: -1",
                "{\"capacity\": \"7\"} | capacity must be an integer: 7",
                "{\"capacity\": null} | capacity must be an integer: null",
                "{\"name\": 3} | name must be a string: 3",
                "{\"unbounded\": true} | unknown key: unbounded",
            })
    void badValues_areRefusedNamingTheKey(String json, String message) {
        assertThatThrownBy(() -> new WorkQueueOptions(new JsonObject(json)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> new WorkQueueOptions().setCapacity(-2)).hasMessage("capacity must be >= 0: -2");
    }
}
