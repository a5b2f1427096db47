package io.millrace.vertx;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The lines between the tags are the README's. */
class ReadmeTest {
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void closeVertx() {
        vertx.close().await();
    }

    @Test
    void readmeLines_run_andPassAMessageFromAnEventLoopToAWorker() throws InterruptedException {
        BlockingQueue<Long> sizes = new LinkedBlockingQueue<>();
        // tag::readme
        VertxChannel<Path> files = VertxChannel.shared(vertx, "files", new ChannelOptions().setCapacity(100));
        Deployable measuring = worker -> {
            files.receiver().handler(file -> sizes.add(file.toFile().length())); // may block: it is a worker
            return Future.succeededFuture();
        };
        vertx.deployVerticle(measuring, new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER));
        vertx.deployVerticle(eventLoop -> {
            VertxSender<Path> sender = files.sender(); // closed with this verticle
            return sender.send(Path.of("pom.xml")); // completes when the channel has room
        });
        // end::readme
        assertThat(sizes.poll(10, SECONDS))
                .isEqualTo(Path.of("pom.xml").toFile().length());
    }

    @Test
    void readme_containsTheseLines_inAJavaBlock() throws IOException {
        String test = Files.readString(Path.of("src/test/java/io/millrace/vertx/ReadmeTest.java"));
        String tagged = test.substring(test.indexOf("// tag::readme\n") + "// tag::readme\n".length());
        String lines = tagged.substring(0, tagged.lastIndexOf("\n", tagged.indexOf("// end::readme\n")))
                .stripIndent();
        assertThat(Files.readString(Path.of("../README.md"))).contains("```java\n" + lines + "\n```\n");
    }
}
