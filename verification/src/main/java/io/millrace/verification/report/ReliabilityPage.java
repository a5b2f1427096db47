package io.millrace.verification.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes docs/reliability.md from the promises, and from what the tools left in verification/results: {@code
 * ReliabilityPage ROOT}. What was not run stands there as not run.
 */
public final class ReliabilityPage {
    private static final String SCHEDULES = "verification/results/schedules.tsv";
    private static final String BYTECODE_MUTATIONS = "verification/results/mutations.tsv";
    private static final String JCSTRESS = "verification/results/jcstress.tsv";
    private static final String LINCHECK = "verification/results/lincheck.tsv";
    private static final String FAULTS = "verification/results/faults.tsv";
    private static final String CHAOS = "verification/results/chaos.tsv";
    private static final String SOAK = "verification/results/soak.tsv";
    private static final String SOAK_SUMMARY = "verification/results/soak-summary.tsv";
    private static final String MUTATIONS = "verification/mutations/results.tsv";

    private final Path root;
    private final StringBuilder page = new StringBuilder();

    private ReliabilityPage(Path root) {
        this.root = root;
    }

    /** Writes the page. */
    public static void main(String[] args) throws IOException {
        if (args.length != 1) {
            throw new IllegalArgumentException("usage: ReliabilityPage ROOT");
        }
        Path root = Path.of(args[0]);
        Files.writeString(root.resolve("docs/reliability.md"), text(root));
    }

    /** The page that belongs to the files of a repository. */
    static String text(Path root) throws IOException {
        ReliabilityPage page = new ReliabilityPage(root);
        page.write();
        return page.page.toString();
    }

    private void write() throws IOException {
        paragraph("# Reliability");
        paragraph(
                "Written by `verification/reliability-page` from `verification/promises.tsv` and from what the tools left in"
                        + " `verification/results` and `verification/mutations`; do not edit.");
        paragraph(
                "What is promised, which tests show it, how much of what was run, and what it found. All of it can be run"
                        + " again; the commands stand below. `mvn verify` runs every tool with a small budget.");
        promises();
        paragraph("## What was run");
        overview();
        schedules();
        jcstress();
        lincheck();
        faults();
        soak();
        mutations();
        while (page.charAt(page.length() - 2) == '\n') {
            page.setLength(page.length() - 1);
        }
    }

    private void promises() throws IOException {
        paragraph("## What is promised");
        paragraph(
                "A contract test runs one property over every kind of channel and every way of waiting (threads, virtual"
                        + " threads, futures, wakers, selects). Tests of another kind are marked. Controlled schedules are"
                        + " scenarios that `ScheduleTest` plays under orders of threads that a seed decides.");
        ResultTable promises = ResultTable.read(root.resolve("verification/promises.tsv"));
        List<List<String>> rows = new ArrayList<>();
        for (List<String> row : promises.rows()) {
            Map<String, List<String>> byTool = new LinkedHashMap<>();
            for (String name : row.get(2).split(", ", -1)) {
                TestSource test = TestSource.find(root, name);
                byTool.computeIfAbsent(test.tool(), tool -> new ArrayList<>()).add(test.toMarkdown());
            }
            String shown = byTool.entrySet().stream()
                    .map(each -> (each.getKey().equals("contract test") ? "" : each.getKey() + ": ")
                            + String.join(", ", each.getValue()))
                    .collect(Collectors.joining("; "));
            rows.add(List.of(row.get(0), row.get(1), shown));
        }
        paragraph(new ResultTable(List.of("case", "promise", "shown by"), rows).toMarkdown());
    }

    private void overview() throws IOException {
        List<List<String>> rows = new ArrayList<>();
        rows.add(overviewRow("controlled schedules", SCHEDULES, ReliabilityPage::schedulesRun));
        rows.add(overviewRow("jcstress", JCSTRESS, ReliabilityPage::jcstressRun));
        rows.add(overviewRow("Lincheck", LINCHECK, ReliabilityPage::lincheckRun));
        rows.add(overviewRow("faults from outside", FAULTS, ReliabilityPage::faultsRun));
        rows.add(overviewRow("chaos on the adapter", CHAOS, ReliabilityPage::faultsRun));
        rows.add(overviewRow("soak", SOAK_SUMMARY, ReliabilityPage::soakRun));
        long patches = patches();
        rows.add(overviewRow("seeded faults", MUTATIONS, table -> mutationsRun(table, patches)));
        paragraph(new ResultTable(List.of("tool", "run, and found"), rows).toMarkdown());
    }

    private List<String> overviewRow(String tool, String file, Function<ResultTable, String> summary)
            throws IOException {
        return List.of(
                tool,
                Files.exists(root.resolve(file)) ? summary.apply(ResultTable.read(root.resolve(file))) : "not run");
    }

    private static String schedulesRun(ResultTable table) {
        return number(table.rows().size()) + " scenarios, " + number(table.sum("schedules")) + " schedules, "
                + number(table.sum("different")) + " of them different: all held";
    }

    private static String jcstressRun(ResultTable table) {
        ResultTable stories = table.where("story", story -> !isBroken(story));
        return number(stories.rows().size()) + " stories, " + number(stories.sum("iterations")) + " iterations";
    }

    /** Whether a story of jcstress tests the tool, with a channel that is broken on purpose. */
    private static boolean isBroken(String story) {
        return story.startsWith("Broken.");
    }

    private static String jcstressResults(ResultTable table) {
        ResultTable broken = table.where("story", ReliabilityPage::isBroken);
        return table.where("story", story -> !isBroken(story)).toMarkdown()
                + (broken.rows().isEmpty()
                        ? ""
                        : "\nThe tool itself is tested with stories that are broken on purpose, and in which it has to find what is"
                                + " forbidden:\n\n" + broken.toMarkdown());
    }

    private static String lincheckRun(ResultTable table) {
        List<String> programs = table.column("programs");
        List<String> orders = table.column("orders"); // of each program
        long played = 0;
        for (int i = 0; i < programs.size(); i++) {
            played += Long.parseLong(programs.get(i)) * Long.parseLong(orders.get(i));
        }
        return number(table.rows().size()) + " checks, " + number(table.sum("programs")) + " programs, "
                + number(played) + " orders: " + outcomes(table);
    }

    private static String faultsRun(ResultTable table) {
        return number(table.rows().size()) + " faults, " + number(table.sum("runs")) + " runs, "
                + number(table.sum("messages")) + " messages: " + outcomes(table);
    }

    private static String soakRun(ResultTable table) {
        Map<String, String> figures = new HashMap<>();
        table.rows().forEach(row -> figures.put(row.get(0), row.get(1)));
        return figures.get("intervals") + " minutes, " + figures.get("messages in and out") + " messages in and out, "
                + figures.get("leak reports") + " leak reports: " + figures.get("outcome");
    }

    private long patches() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("verification/mutations"))) {
            return files.filter(file -> file.toString().endsWith(".patch")).count();
        }
    }

    private static String mutationsRun(ResultTable table, long patches) {
        long missed =
                table.column("found by").stream().filter("nothing"::equals).count();
        return number(table.rows().size()) + " of " + number(patches) + " run: "
                + number(table.rows().size() - missed) + " found";
    }

    private static String outcomes(ResultTable table) {
        return table.counts("outcome").entrySet().stream()
                .map(each -> number(each.getValue()) + " " + each.getKey())
                .collect(Collectors.joining(", "));
    }

    private void schedules() throws IOException {
        section(
                "Controlled schedules",
                "Virtual threads on one carrier whose scheduler decides by a seed, at every access to memory, who goes on; time is"
                        + " virtual. A deadlock or a lost wake-up is reported with its stacks and its seed, and the same seed plays it"
                        + " again. A scenario that fails is not in the file.",
                "mvn -pl verification -am test-compile surefire:test@schedules -Dtest=ScheduleTest -Dsurefire.failIfNoSpecifiedTests=false # JDK 24 or newer; -Dschedules=1000000 for more",
                SCHEDULES,
                table -> schedulesRun(table) + ". Each scenario: [schedules.tsv](../" + SCHEDULES + ").\n");
        results(
                BYTECODE_MUTATIONS,
                table -> "The tool itself is tested with " + table.rows().size()
                        + " bugs that are put into the core's classes as they are loaded; it needed "
                        + number(table.column("schedules").stream()
                                .mapToLong(Long::parseLong)
                                .max()
                                .orElse(0))
                        + " schedules for the one that was hardest to find ([mutations.tsv](../" + BYTECODE_MUTATIONS
                        + ")).\n");
    }

    private void jcstress() throws IOException {
        section(
                "jcstress",
                "Two threads meet in one step, millions of times, in JVMs of their own and under several compilers. Every outcome"
                        + " has a name, and is acceptable or forbidden; a forbidden one fails the build.",
                "mvn -pl verification -am test-compile surefire:test@jcstress -Dtest=StoriesTest -Dsurefire.failIfNoSpecifiedTests=false # -Djcstress=long for hours",
                JCSTRESS,
                ReliabilityPage::jcstressResults);
    }

    private void lincheck() throws IOException {
        section(
                "Lincheck",
                "Short programs of three threads; so many orders of each are compared with a sequential specification"
                        + " of a hundred lines.",
                "mvn -pl verification -am test-compile surefire:test@lincheck -Dtest=LincheckTest -Dsurefire.failIfNoSpecifiedTests=false # -Dlincheck.programs=1000 for more",
                LINCHECK,
                ResultTable::toMarkdown);
    }

    private void faults() throws IOException {
        section(
                "Faults from outside",
                "What happens to a process: stopped and continued, short of CPUs, of memory and of stack, interrupted at random.",
                "mvn -pl verification -am test-compile surefire:test@faults -Dtest='io/millrace/verification/faults/*Test' -Dsurefire.failIfNoSpecifiedTests=false",
                FAULTS,
                ResultTable::toMarkdown);
        section(
                "Chaos on the adapter",
                "Verticles of all models that come and go, contexts that end between the claim and the dispatch, handlers that"
                        + " throw, a Vert.x that closes in the middle, event loops that are held up.",
                "mvn -pl vertx-adapter -am -Dtest=ChaosTest -Dsurefire.failIfNoSpecifiedTests=false test",
                CHAOS,
                ResultTable::toMarkdown);
    }

    private void soak() throws IOException {
        section(
                "Soak",
                "Mixed traffic over all kinds of channels and all ways of waiting, beside verticles that come and go. Heap is what a"
                        + " collection leaves; at the end sent = received + undelivered + buffered.",
                "verification/soak 30 # minutes",
                SOAK,
                ResultTable::toMarkdown);
        results(SOAK_SUMMARY, ResultTable::toMarkdown);
    }

    private void mutations() throws IOException {
        section(
                "Seeded faults",
                "Bugs that were put into the source, one at a time ([the patches](../verification/mutations)), and the first test"
                        + " that found each. Seconds are those from its start to the red test, builds included.",
                "verification/mutations/run",
                MUTATIONS,
                table -> "Found by: "
                        + table.counts("tool").entrySet().stream()
                                .map(each -> each.getKey() + " " + number(each.getValue()))
                                .collect(Collectors.joining(", "))
                        + ".\n\n"
                        + table.toMarkdown());
    }

    private void section(String title, String what, String command, String file, Function<ResultTable, String> results)
            throws IOException {
        paragraph("### " + title);
        paragraph(what);
        paragraph("```sh\n" + command + "\n```");
        results(file, results);
    }

    private void results(String file, Function<ResultTable, String> results) throws IOException {
        paragraph(
                Files.exists(root.resolve(file))
                        ? results.apply(ResultTable.read(root.resolve(file)))
                        : "**Not run**: there is no `" + file + "`.");
    }

    private void paragraph(String text) {
        page.append(text.strip()).append("\n\n");
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
