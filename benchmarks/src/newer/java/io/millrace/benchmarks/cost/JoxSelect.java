package io.millrace.benchmarks.cost;

import com.softwaremill.jox.Channel;
import com.softwaremill.jox.Select;
import com.softwaremill.jox.SelectClause;
import java.util.ArrayList;
import java.util.List;

/** Selects of jox. */
public final class JoxSelect extends SelectingThreads {
    /** Opens nothing yet. */
    public JoxSelect() {
        super("jox");
    }

    @Override
    protected Channels open(int count) {
        List<Channel<Object>> channels = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            channels.add(Channel.newBufferedChannel(1));
        }
        @SuppressWarnings({"unchecked", "rawtypes"})
        SelectClause<Object>[] clauses =
                channels.stream().map(Channel::receiveClause).toArray(SelectClause[]::new);
        return new Channels() {
            @Override
            public void send(int channel, Object message) throws InterruptedException {
                channels.get(channel).send(message);
            }

            @Override
            public Object select() throws InterruptedException {
                return Select.select(clauses);
            }
        };
    }
}
