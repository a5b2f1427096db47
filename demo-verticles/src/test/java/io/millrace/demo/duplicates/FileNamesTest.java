package io.millrace.demo.duplicates;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileNamesTest {
    @ParameterizedTest
    @ValueSource(strings = {"plain", "two words", "it's", "/größe/Ω/日本", "a$'b", "\uD83D\uDE00"})
    void quoted_nothingMisleading_staysAsItIs(String name) {
        assertThat(FileNames.quoted(name)).isEqualTo(name);
    }

    static Stream<Arguments> misleading() {
        return Stream.of(
                arguments("a\nb", "$'a\\nb'"),
                arguments("tab\t", "$'tab\\t'"),
                arguments("back\\slash", "$'back\\\\slash'"),
                arguments("$'x", "$'$\\'x'"),
                arguments("", "$''"),
                arguments("space at the end ", "$'space at the end '"),
                arguments("\u001B[2J", "$'\\033[2J'"),
                arguments("digit after\u00011", "$'digit after\\0011'"),
                arguments("right\u202Eleft é", "$'right\\342\\200\\256left é'"),
                arguments("latin\uDCE9\n", "$'latin\\351\\n'"));
    }

    @ParameterizedTest
    @MethodSource("misleading")
    void quoted_misleading_isOneLineForTheShell(String name, String quoted) {
        assertThat(FileNames.quoted(name)).isEqualTo(quoted);
    }

    @ParameterizedTest
    @MethodSource("misleading")
    void quoted_misleading_bashReadsTheSameBytes(String name, String quoted) throws IOException, InterruptedException {
        ProcessBuilder bash = new ProcessBuilder("bash");
        bash.environment().put("LC_ALL", "C.UTF-8");
        Process process = bash.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (var script = process.outputWriter(UTF_8)) {
            script.write("printf %s " + quoted);
        }
        String read = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
        assertThat(process.waitFor()).isZero();
        assertThat(read).isEqualTo(Names.bytes(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "plain", "é\n日本\uD83D\uDE00", "\uDCFF", "a\uDCC3b\uDCA9", "\uDCED\uDCA0\uDC80", "é\uDCE9"})
    void decode_anyBytes_keepsThem(String name) {
        assertThat(FileNames.decode(Names.bytes(name).getBytes(ISO_8859_1))).isEqualTo(name);
    }
}
