package io.millrace.verification.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * A file of results: the names of the columns, and rows of cells, with tabs between them.
 *
 * @param columns the names
 * @param rows the cells of each row, as many as there are columns
 */
record ResultTable(List<String> columns, List<List<String>> rows) {
    static ResultTable read(Path file) throws IOException {
        List<List<String>> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            List<String> cells = Arrays.asList(line.split("\t", -1));
            if (!lines.isEmpty() && cells.size() != lines.get(0).size()) {
                throw new IllegalArgumentException(
                        file + " needs " + lines.get(0).size() + " cells in each line: " + line);
            }
            lines.add(cells);
        }
        if (lines.isEmpty()) {
            throw new IllegalArgumentException(
                    "a result file begins with the names of its columns, this is empty: " + file);
        }
        return new ResultTable(lines.get(0), lines.subList(1, lines.size()));
    }

    /** The cells of one column. */
    List<String> column(String name) {
        int index = columns.indexOf(name);
        if (index < 0) {
            throw new IllegalArgumentException("no column " + name + " among " + columns);
        }
        return rows.stream().map(row -> row.get(index)).toList();
    }

    /** The rows whose cell in a column is as wanted. */
    ResultTable where(String name, Predicate<String> wanted) {
        List<String> cells = column(name);
        return new ResultTable(
                columns,
                IntStream.range(0, rows.size())
                        .filter(row -> wanted.test(cells.get(row)))
                        .mapToObj(rows::get)
                        .toList());
    }

    long sum(String name) {
        return column(name).stream().mapToLong(Long::parseLong).sum();
    }

    /** How often each cell of a column occurs there. */
    Map<String, Long> counts(String name) {
        Map<String, Long> counts = new TreeMap<>();
        column(name).forEach(cell -> counts.merge(cell, 1L, Long::sum));
        return counts;
    }

    String toMarkdown() {
        StringBuilder text = new StringBuilder();
        append(text, columns);
        append(text, columns.stream().map(column -> "---").toList());
        rows.forEach(row -> append(text, row));
        return text.toString();
    }

    private static void append(StringBuilder text, List<String> cells) {
        text.append('|');
        for (String cell : cells) {
            text.append(' ').append(cell.replace("|", "\\|")).append(" |");
        }
        text.append('\n');
    }
}
