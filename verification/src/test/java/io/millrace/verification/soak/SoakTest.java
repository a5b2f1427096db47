package io.millrace.verification.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Channel;
import io.millrace.Receiver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SoakTest {
    @TempDir
    private Path results;

    @Test
    @Timeout(value = 4, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void soak_ofASecond_conservesEverything_andSaysSo() throws Exception {
        assertThat(Soak.soak(2, TimeUnit.MILLISECONDS.toNanos(500), results)).isEmpty();

        assertThat(Files.readAllLines(results.resolve("soak.tsv"))).hasSize(3);
        assertThat(results.resolve("soak-summary.tsv")).content().contains("outcome\tpassed");
    }

    @Test
    void leaks_areCounted_asTheCoreLogsThem() throws Exception {
        LeakCount leaks = new LeakCount();
        leaks.begin();
        Receiver<Integer> receiver = forgetTheSender();
        CompletableFuture<Integer> waiting = receiver.receiveAsync();

        while (!waiting.isDone()) {
            System.gc();
            Thread.onSpinWait();
        }
        while (leaks.reports() == 0) {
            Thread.onSpinWait(); // it is logged behind the wake-up
        }

        leaks.end();
        receiver.close();
        assertThat(leaks.reports()).isEqualTo(1);
    }

    private static Receiver<Integer> forgetTheSender() {
        return Channel.<Integer>unbounded().receiver();
    }

    @Test
    void account_ofALostOrRepeatedMessage_isNotConserved() {
        Account account = new Account();
        Message first = account.newMessage();
        Message second = account.newMessage();
        account.accepted(first);
        assertThat(account.isConserved()).isFalse();
        account.received(first);
        assertThat(account.isConserved()).isTrue();

        account.accepted(second);
        account.received(first);

        assertThat(account.isConserved()).isFalse();
    }
}
