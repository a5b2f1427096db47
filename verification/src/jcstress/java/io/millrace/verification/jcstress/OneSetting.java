package io.millrace.verification.jcstress;

import java.util.ArrayList;
import java.util.List;
import org.openjdk.jcstress.Options;
import org.openjdk.jcstress.TestExecutor;
import org.openjdk.jcstress.infra.TestInfo;
import org.openjdk.jcstress.infra.collectors.DiskWriteCollector;
import org.openjdk.jcstress.infra.collectors.SerializedBufferCollector;
import org.openjdk.jcstress.infra.runners.TestConfig;
import org.openjdk.jcstress.infra.runners.TestList;
import org.openjdk.jcstress.os.AffinityMode;
import org.openjdk.jcstress.os.OSSupport;
import org.openjdk.jcstress.os.Scheduler;
import org.openjdk.jcstress.os.topology.Topology;
import org.openjdk.jcstress.vm.CompileMode;
import org.openjdk.jcstress.vm.VMSupport;

/**
 * Runs all stories as jcstress's own main class does, but each in one JVM. That one starts another for each story where monitors
 * can be biased (JDK 17), and has no option against it; the core has no monitors, and starting JVMs is what costs the time.
 */
final class OneSetting {
    private OneSetting() {}

    public static void main(String[] arguments) throws Exception {
        Options options = new Options(arguments);
        if (!options.parse()) {
            throw new IllegalArgumentException("not options of jcstress: " + List.of(arguments));
        }
        OSSupport.init();
        VMSupport.initFlags(options);
        Scheduler scheduler = new Scheduler(Topology.get(), options.getCPUCount());
        List<TestConfig> stories = new ArrayList<>();
        for (String story : TestList.tests()) {
            TestInfo info = TestList.getInfo(story);
            scheduler.scheduleClasses(info.threads(), options.getCPUCount(), AffinityMode.NONE).stream()
                    .map(threads ->
                            new TestConfig(options, info, 0, options.getJvmArgs(), CompileMode.UNIFIED, threads))
                    .forEach(stories::add);
        }
        System.out.println("Results: " + stories.size() + " planned");
        DiskWriteCollector file = new DiskWriteCollector(options.getResultFile());
        SerializedBufferCollector results = new SerializedBufferCollector(file);
        new TestExecutor(options.verbosity(), results, scheduler).runAll(stories);
        results.close();
        file.close();
        System.exit(0); // as jcstress's own does: its threads are no daemons
    }
}
