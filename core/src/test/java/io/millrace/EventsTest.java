package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What JFR records of channels, and what {@code toString} tells of them. */
class EventsTest extends ContractTest {
    @TempDir
    Path folder;

    private List<RecordedEvent> record(Consumer<Recording> enabling, Runnable work) throws IOException {
        Path file = folder.resolve("events.jfr");
        try (Recording recording = new Recording()) {
            enabling.accept(recording);
            recording.start();
            work.run();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("io.millrace."))
                .toList();
    }

    private static void all(Recording recording) {
        recording.enable("io.millrace.Wait").withoutThreshold();
        recording.enable("io.millrace.Disconnect");
        recording.enable("io.millrace.Undelivered");
    }

    private void waitDropAndDisconnect() {
        Channel<String> channel = channels.watch(
                Channel.<String>builder().name("jobs").capacity(1).build());
        Operation receive = receive(WaitStyle.FUTURE, channel.receiver());
        assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);
        assertReceived(receive, "m");
        assertThat(channel.sender().trySend("left behind")).isEqualTo(SendResult.SENT);
        Operation send = send(WaitStyle.THREAD, channel.sender(), "cancelled");
        assertThat(send.withdraw()).isTrue();
        channel.cancel(new IllegalStateException("enough"));
    }

    @Test
    void recording_whenOn_tellsWaitsDisconnectsAndUndelivered() throws IOException {
        List<RecordedEvent> events = record(EventsTest::all, this::waitDropAndDisconnect);

        assertThat(events)
                .allSatisfy(event -> assertThat(event.getString("channel")).isEqualTo("jobs"));
        assertThat(events)
                .filteredOn(event -> event.getEventType().getName().equals("io.millrace.Wait"))
                .extracting(event -> event.getString("operation") + " " + event.getString("waiter") + " "
                        + event.getString("outcome") + " " + event.getInt("size"))
                .containsExactlyInAnyOrder("receive future DONE 0", "send thread WITHDRAWN 1");
        assertThat(events)
                .filteredOn(event -> event.getEventType().getName().equals("io.millrace.Disconnect"))
                .singleElement()
                .satisfies(event -> assertThat(event.getString("cause")).endsWith("IllegalStateException"));
        assertThat(events)
                .filteredOn(event -> event.getEventType().getName().equals("io.millrace.Undelivered"))
                .singleElement()
                .satisfies(event -> assertThat(event.getInt("messages")).isEqualTo(1));
    }

    @Test
    void recording_unlessEnabled_tellsNothing() throws IOException {
        assertThat(record(recording -> {}, this::waitDropAndDisconnect)).isEmpty();
    }

    @Test
    void toString_tellsNameKindSizeWaitersStateAndCause() {
        Channel<String> channel = channels.watch(
                Channel.<String>builder().name("jobs").capacity(1).build());
        assertThat(channel).hasToString("Channel jobs[bounded, size 0/1, 1 sender, 1 receiver, open]");

        assertThat(channel.sender().trySend("m")).isEqualTo(SendResult.SENT);
        Operation first = send(WaitStyle.FUTURE, channel.sender(), "future");
        Operation second = send(WaitStyle.THREAD, channel.sender(), "thread");
        assertThat(channel)
                .hasToString("Channel jobs[bounded, size 1/1, 1 sender (2 waiting: {future=1, thread=1}), 1 receiver,"
                        + " open]");

        channel.cancel(new IllegalStateException("enough"));
        assertDisconnected(first);
        assertDisconnected(second);
        assertThat(channel.sender())
                .hasToString("Sender of jobs[bounded, size 0/1, 1 sender, 1 receiver, cancelled by"
                        + " java.lang.IllegalStateException]");
        assertThat(channels.watch(Channel.unbounded()).toString()).contains("[unbounded, size 0, ");
        assertThat(channels.watch(Channel.rendezvous()).toString()).contains("[rendezvous, size 0, ");
    }
}
