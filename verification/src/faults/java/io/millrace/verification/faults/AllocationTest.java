package io.millrace.verification.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Constructor;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** OutOfMemoryErrors in the middle of operations: each allocation of each operation fails once. */
class AllocationTest {
    @Test
    @SuppressWarnings("unchecked")
    void operation_ofWhichAnAllocationFails_losesNothing_strandsNobody_holdsNoLock() throws Exception {
        ResultFile.record("OutOfMemoryError at each allocation", 1, () -> {
            Constructor<?> constructor = new AllocationLoader()
                    .loadClass(AllocationFailures.class.getName())
                    .getDeclaredConstructor();
            constructor.setAccessible(true);
            List<String> results = ((Callable<List<String>>) constructor.newInstance()).call();
            assertThat(results.subList(1, results.size())).isEmpty();
            long injected = Long.parseLong(results.get(0));
            assertThat(injected).isGreaterThan(1000);
            return injected;
        });
    }
}
