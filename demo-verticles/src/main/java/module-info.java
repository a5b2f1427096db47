import org.jspecify.annotations.NullMarked;

/** Programs that show Millrace at work. Nothing depends on them. */
@NullMarked
module io.millrace.demo {
    requires com.fasterxml.jackson.core;
    requires info.picocli;
    requires io.millrace;
    requires io.millrace.vertx;
    requires io.vertx.core;
    requires me.tongfei.progressbar;
    requires static org.jspecify;

    // picocli sets the fields of the command
    opens io.millrace.demo.duplicates to
            info.picocli;
    opens io.millrace.demo.handback to
            info.picocli;
}
