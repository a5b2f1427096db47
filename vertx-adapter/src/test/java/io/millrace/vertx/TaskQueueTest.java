package io.millrace.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class TaskQueueTest {
    private static final int THREADS = 4;
    private static final int TASKS_OF_EACH = 50_000;

    @Test
    void tasks_comeOut_inTheOrderInWhichTheyWentIn() {
        TaskQueue tasks = new TaskQueue();
        List<Integer> ran = new ArrayList<>();
        tasks.add(() -> ran.add(1));
        tasks.add(() -> ran.add(2));
        tasks.poll().run();
        tasks.add(() -> ran.add(3)); // while there is one that was taken over
        assertThat(tasks.isEmpty()).isFalse();
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
        assertThat(ran).containsExactly(1, 2, 3);
        assertThat(tasks.isEmpty()).isTrue();
    }

    @Test
    void tasks_ofManyThreads_comeOutOnce_andInOrderForEachThread() throws Exception {
        TaskQueue tasks = new TaskQueue();
        int[] next = new int[THREADS];
        List<String> wrong = new ArrayList<>();
        CountDownLatch begin = new CountDownLatch(1);
        List<Thread> adders = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            int number = thread;
            Thread adder = new Thread(() -> {
                awaitUnchecked(begin);
                for (int i = 0; i < TASKS_OF_EACH; i++) {
                    int expected = i;
                    tasks.add(() -> {
                        if (next[number]++ != expected) {
                            wrong.add(number + ": " + expected);
                        }
                    });
                }
            });
            adder.start();
            adders.add(adder);
        }
        begin.countDown();
        for (int ran = 0; ran < THREADS * TASKS_OF_EACH; ) {
            Runnable task = tasks.poll();
            if (task != null) {
                task.run();
                ran++;
            } else if (adders.stream().noneMatch(Thread::isAlive) && tasks.isEmpty()) {
                break;
            }
        }
        for (Thread adder : adders) {
            adder.join();
        }
        assertThat(wrong).isEmpty();
        assertThat(next).containsOnly(TASKS_OF_EACH);
        assertThat(tasks.poll()).isNull();
    }

    private static void awaitUnchecked(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
