package io.millrace.demo.offload;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A program that fills half of a table, says so, and goes no further. */
final class HalfFilling {
    static final long ROWS = 40_000;

    private HalfFilling() {}

    public static void main(String[] arguments) throws Exception {
        new CityFile(Path.of(arguments[0]), ROWS).fill(id -> {
            if (id == ROWS / 2) {
                System.out.println("half");
                awaitTheEnd();
            }
            return City.of(id);
        });
    }

    private static void awaitTheEnd() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
