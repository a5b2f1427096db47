import org.jspecify.annotations.NullMarked;

/** Programs that show Millrace at work. Nothing depends on them. */
@NullMarked
module io.millrace.demo {
    requires com.fasterxml.jackson.core;
    requires com.h2database;
    requires info.picocli;
    requires io.millrace;
    requires io.millrace.vertx;
    requires io.vertx.core;
    requires java.sql;
    requires me.tongfei.progressbar;
    requires micrometer.core;
    requires micrometer.registry.prometheus;
    requires static org.jspecify;

    // picocli sets the fields of the commands
    opens io.millrace.demo.duplicates to
            info.picocli;
    opens io.millrace.demo.handback to
            info.picocli;
    opens io.millrace.demo.offload to
            info.picocli;
}
