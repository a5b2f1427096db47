package io.millrace.demo.offload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The program in a JVM of its own. */
@Timeout(90)
class MainTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Via.class)
    void requests_asManyAsGiven_areAllAnsweredRight(Via via) throws Exception {
        new CityFile(folder, 10_000).fill(City::of);
        Process process = Program.offload(
                        "--via", via.toString(), "--rows", "10000", "--data", folder.toString(), "--requests", "1000")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(new String(process.getInputStream().readAllBytes(), UTF_8))
                    .startsWith(via + ": 1000 requests by 64 clients: 1000 right, 0 refused, 0 wrong; ");
            assertThat(process.waitFor()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM", "INT"})
    void server_toldToEnd_exitsWith0(String signal) throws Exception {
        new CityFile(folder, 100).fill(City::of);
        // children of tests that run in the background would ignore an interrupt
        ProcessBuilder builder = Program.offload("--port", "0", "--rows", "100", "--data", folder.toString());
        builder.command().addAll(0, List.of("env", "--default-signal=INT"));
        Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (var said = process.inputReader()) {
            URI address = URI.create(said.readLine());
            assertThat(address.resolve("/city?name=Bababa").toURL().openStream().readAllBytes())
                    .asString(UTF_8)
                    .isEqualTo("{\"id\":0,\"name\":\"Bababa\",\"population\":0}");

            int killed = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();

            assertThat(killed).isZero();
            assertThat(process.waitFor()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--port=70000 | --port must be between 0 and 65535: 70000",
                "--workers=0 | --workers must be between 1 and 256: 0",
                "--capacity=-1 | --capacity must be >= 0: -1",
                "--admission-timeout=-5 | --admission-timeout must be >= 0: -5",
                "--rows=0 | --rows must be between 1 and 100000000: 0",
                "--requests=0 | --requests must be >= 1: 0",
                "--data=a;b | --data must be a directory without semicolons in its name: a;b",
                "--via=pigeon | Invalid value for option '--via': must be one of [workqueue, executeBlocking, eventbus]: pigeon",
            })
    void option_withABadValue_isNamed(String option, String complaint) throws Exception {
        Process process = Program.offload(option).start();

        assertThat(new String(process.getErrorStream().readAllBytes(), UTF_8))
                .isEqualTo("offload: " + complaint + "\n");
        assertThat(process.waitFor()).isEqualTo(2);
    }

    @Test
    void port_inUse_isNamedAndTheProgramEnds() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
            Process process = Program.offload(
                            "--port",
                            Integer.toString(taken.getLocalPort()),
                            "--rows",
                            "100",
                            "--data",
                            folder.toString())
                    .start();

            assertThat(new String(process.getErrorStream().readAllBytes(), UTF_8))
                    .startsWith("offload: filling " + folder + "/cities-100.mv.db with 100 rows, once\n")
                    .contains("Address already in use");
            assertThat(process.waitFor()).isEqualTo(1);
        }
    }
}
