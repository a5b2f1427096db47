package io.millrace.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OwnedListTest {
    private static final int MANY = 1_000;

    private static final class Owned extends OwnedList.Node {
        @Override
        public long inLineSince() {
            return 0;
        }

        @Override
        public void ownerGone() {
            throw new AssertionError("nobody ends it");
        }
    }

    @Test
    void list_hasWhatWasAddedAndNotRemoved_howeverManyComeAndGo() {
        OwnedList list = new OwnedList();
        for (int round = 0; round < 3; round++) { // from few to many, to none, and again
            List<OwnerContext.Owned> present = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                Owned added = new Owned();
                list.add(added);
                present.add(added);
                if (i % 3 == 0) {
                    list.remove((Owned) present.remove(i / 3));
                }
            }
            assertThat(list.all()).containsExactlyInAnyOrderElementsOf(present);
            Collections.shuffle(present, new Random(round));
            while (!present.isEmpty()) {
                list.remove((Owned) present.remove(present.size() - 1));
                assertThat(list.all()).hasSameSizeAs(present);
            }
        }
    }

    @Test
    void remove_ofWhatIsNotThere_leavesTheOthers() {
        OwnedList list = new OwnedList();
        Owned gone = new Owned();
        Owned there = new Owned();
        list.add(gone);
        list.remove(gone);
        list.add(there); // in the place that came free
        list.remove(gone);
        assertThat(list.all()).containsExactly(there);
    }
}
