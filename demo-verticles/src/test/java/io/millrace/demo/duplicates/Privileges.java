package io.millrace.demo.duplicates;

import java.util.List;

/** Root may read every file; so that there are unreadable ones for it too, a command is run without that right. */
final class Privileges {
    private static final String READ_EVERYTHING = "-dac_override,-dac_read_search";

    private Privileges() {}

    /** What to put before a command. */
    static List<String> dropping() {
        return "root".equals(System.getProperty("user.name"))
                ? List.of("setpriv", "--bounding-set", READ_EVERYTHING, "--inh-caps", READ_EVERYTHING)
                : List.of();
    }
}
