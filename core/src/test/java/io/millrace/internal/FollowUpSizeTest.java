package io.millrace.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;

/** What follows the release of the lock is compiled apart from it, so that the release needs little stack. */
class FollowUpSizeTest {
    /** HotSpot's FreqInlineSize: methods with more bytes of code are never inlined. */
    private static final int LARGEST_INLINED = 325;

    @Test
    void followUp_isTooLargeToBeInlined() throws Exception {
        StringWriter code = new StringWriter();
        Path classes = Path.of(CriticalSection.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        int failed = ToolProvider.findFirst("javap")
                .orElseThrow()
                .run(
                        new PrintWriter(code),
                        new PrintWriter(System.err),
                        "-c",
                        "-p",
                        classes.resolve("io/millrace/internal/CriticalSection.class")
                                .toString());
        assertThat(failed).isZero();
        String followUp =
                code.toString().split("void followUp\\(")[1].split("\n\n")[0].split("Exception table")[0];
        int lastOffset = Pattern.compile("(?m)^ +(\\d+): ")
                .matcher(followUp)
                .results()
                .map((MatchResult line) -> Integer.parseInt(line.group(1)))
                .reduce(0, Math::max);

        assertThat(lastOffset).isGreaterThanOrEqualTo(LARGEST_INLINED);
    }
}
