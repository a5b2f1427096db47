package io.millrace.demo.handback;

import java.lang.module.ModuleDescriptor;
import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version of this build, as its module or its jar's manifest names it. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Optional.ofNullable(Main.class.getModule().getDescriptor())
                .flatMap(ModuleDescriptor::rawVersion)
                .or(() -> Optional.ofNullable(Main.class.getPackage().getImplementationVersion()))
                .orElse("(unpackaged)");
        return new String[] {"handback " + version};
    }
}
