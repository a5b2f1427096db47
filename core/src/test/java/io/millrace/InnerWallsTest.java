package io.millrace;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The inner walls of the core; the module descriptor holds the outer ones. */
class InnerWallsTest {
    private static final Set<String> HANDLES = Set.of("Channel", "Sender", "Receiver", "Select", "WeakSender");
    private static final String INTERNAL = "io.millrace.internal";

    private static JavaClasses core;

    @BeforeAll
    static void readClasses() throws URISyntaxException {
        Path classes = Path.of(Channel.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        core = new ClassFileImporter().importPath(classes);
        assertThat(core.contain("io.millrace.internal.ChannelCore")).isTrue();
        assertThat(core.contain("io.millrace.Channel")).isTrue();
    }

    private static final DescribedPredicate<JavaClass> IS_HANDLE =
            DescribedPredicate.describe("are handles", type -> HANDLES.contains(outermost(type)));

    private static String outermost(JavaClass type) {
        String name = type.getName();
        String prefix = "io.millrace.";
        if (!name.startsWith(prefix) || name.indexOf('.', prefix.length()) >= 0) {
            return "";
        }
        String simple = name.substring(prefix.length());
        int nested = simple.indexOf('$');
        return nested < 0 ? simple : simple.substring(0, nested);
    }

    @Test
    void internal_knowsNoHandle() {
        noClasses()
                .that()
                .resideInAPackage(INTERNAL)
                .should()
                .dependOnClassesThat(IS_HANDLE)
                .check(core);
    }

    @Test
    void spi_knowsNothingInternal() {
        noClasses()
                .that()
                .resideInAPackage("io.millrace.spi")
                .should()
                .dependOnClassesThat(resideInAPackage(INTERNAL).or(IS_HANDLE))
                .check(core);
    }

    @Test
    void core_needsTheJdkOnly() {
        classes()
                .should()
                .onlyDependOnClassesThat(resideInAPackage("java..")
                        .or(resideInAPackage("jdk.jfr.."))
                        .or(resideInAPackage("org.jspecify.annotations"))
                        .or(resideInAPackage("io.millrace.."))
                        .or(DescribedPredicate.describe("are primitive", JavaClass::isPrimitive)))
                .check(core);
    }

    @Test
    void core_neverPrintsOrLogs() {
        GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(core);
        GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(core);
        noClasses().should().callMethod(Throwable.class, "printStackTrace").check(core);
    }
}
