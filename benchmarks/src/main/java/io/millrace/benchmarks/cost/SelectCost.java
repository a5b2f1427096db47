package io.millrace.benchmarks.cost;

import io.millrace.Channel;
import io.millrace.Select;
import io.millrace.benchmarks.suite.ThreadKind;
import java.util.ArrayList;
import java.util.List;

/** What it costs to receive from the first of several channels. */
final class SelectCost implements Program {
    @Override
    public String suite() {
        return "select";
    }

    @Override
    public List<String> rivals() {
        return Parties.and(List.of(Parties.OURS), Parties.JOX, Parties.KOTLINX);
    }

    @Override
    public void measure(String rival, Effort effort, Findings findings) throws Exception {
        switch (rival) {
            case Parties.OURS -> {
                measure(new Ours(Select::biased), "", effort, findings);
                measure(new Ours(Select::fair), ", fair", effort, findings);
            }
            case Parties.JOX -> measure(Parties.newer("JoxSelect", Selecting.class), "", effort, findings);
            default -> measure(Parties.newer("KotlinxSelect", Selecting.class), "", effort, findings);
        }
    }

    private static void measure(Selecting selecting, String kindOfSelect, Effort effort, Findings findings)
            throws Exception {
        for (int branches : new int[] {2, 8, 64}) {
            String row = branches + " branches" + kindOfSelect;
            selecting.nanosReady(branches, effort.seconds(0.4));
            findings.add(row + ", one is ready", "ns", selecting.nanosReady(branches, effort.seconds(0.4)));
            for (ThreadKind kind : ThreadKind.values()) {
                if ((kind == ThreadKind.PLATFORM || Parties.hasNewer()) && selecting.supports(kind)) {
                    selecting.nanosWaiting(kind, branches, effort.seconds(0.4));
                    findings.add(
                            row + ", waits, " + kind.name().toLowerCase(java.util.Locale.ROOT) + " threads",
                            "ns there and back",
                            selecting.nanosWaiting(kind, branches, effort.seconds(0.4)));
                }
            }
        }
    }

    /** Ours, which is built once and runs again and again. */
    private static final class Ours extends SelectingThreads {
        private final java.util.function.Supplier<Select<Object>> kind;

        Ours(java.util.function.Supplier<Select<Object>> kind) {
            super(Parties.OURS);
            this.kind = kind;
        }

        @Override
        protected Channels open(int count) {
            Select<Object> select = kind.get();
            List<Channel<Object>> channels = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Channel<Object> channel = Channel.bounded(1);
                channels.add(channel);
                select.receive(channel.receiver(), message -> message);
            }
            return new Channels() {
                @Override
                public void send(int channel, Object message) throws InterruptedException {
                    channels.get(channel).sender().send(message);
                }

                @Override
                public Object select() throws InterruptedException {
                    return select.run();
                }
            };
        }
    }
}
