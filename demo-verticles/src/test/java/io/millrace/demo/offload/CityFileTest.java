package io.millrace.demo.offload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CityFileTest {
    @TempDir
    Path folder;

    @Test
    void fill_afterAProcessThatWasKilledInTheMiddle_beginsAnew() throws Exception {
        CityFile file = new CityFile(folder, HalfFilling.ROWS);
        Process filling = Program.jvm(HalfFilling.class, folder.toString()).start();
        try (var said = filling.inputReader()) {
            assertThat(said.readLine()).isEqualTo("half");
        } finally {
            filling.destroyForcibly().waitFor();
        }
        assertThat(folder.resolve("filling.mv.db")).isNotEmptyFile();
        assertThat(file.isFilled()).isFalse();

        file.fill(City::of);

        file.check();
        assertThat(folder.resolve("filling.mv.db")).doesNotExist();
    }

    @Test
    void fill_thatFailsInTheMiddle_leavesNoTable() throws Exception {
        CityFile file = new CityFile(folder, 100);

        assertThatThrownBy(() -> file.fill(id -> City.of(id % 50))).isInstanceOf(SQLException.class);

        assertThat(file.isFilled()).isFalse();
        file.fill(City::of);
        file.check();
    }

    @Test
    void fill_again_changesNothing() throws Exception {
        AtomicLong rows = new AtomicLong();
        CityFile file = new CityFile(folder, 100);
        for (int i = 0; i < 2; i++) {
            file.fill(id -> {
                rows.incrementAndGet();
                return City.of(id);
            });
        }
        assertThat(rows).hasValue(100);
    }

    @Test
    void check_ofAnotherNumberOfRows_namesBoth() throws Exception {
        CityFile few = new CityFile(folder, 50);
        few.fill(City::of);
        CityFile many = new CityFile(folder, 100);
        Files.move(few.path(), many.path());

        assertThatThrownBy(many::check).hasMessage(many.path() + " must have 100 rows: 50");
    }

    @Test
    void city_ofAnId_hasANameOfItsOwn() {
        assertThat(City.of(0).name()).isEqualTo("Bababa");
        assertThat(City.of(1).name()).isEqualTo("Bababe");
        assertThat(City.of(999_999).name()).isEqualTo("Zuzuzu");
        assertThat(City.of(1_000_000).name()).isEqualTo("Bebababa");
    }
}
