package io.millrace.demo.duplicates;

import java.nio.file.Path;
import java.util.List;

/**
 * What the program prints.
 *
 * @param directory as the user gave it; names are printed below it
 * @param root the real path of the directory, below which all found paths are
 * @param complete false if the search was interrupted
 */
record Report(
        Path directory,
        Path root,
        boolean complete,
        Findings findings,
        long filesSeen,
        double seconds,
        List<ChannelUse> channels) {

    /** A found path as the user would name it. */
    Path shown(Path path) {
        return directory.resolve(root.relativize(path));
    }

    double megabytesPerSecond() {
        return seconds > 0 ? findings.hashedBytes() / 1e6 / seconds : 0;
    }
}
