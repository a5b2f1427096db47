package io.millrace.benchmarks.report;

import io.millrace.benchmarks.suite.Cell;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.style.Styler.LegendPosition;

/** How many times as fast as the best peer, cell by cell, as an SVG picture. */
final class RatioPlot {
    private RatioPlot() {}

    static void write(Map<Cell, Double> platform, Map<Cell, Double> virtual, Path file) throws IOException {
        List<String> cells = new ArrayList<>();
        List<Double> platformRatios = new ArrayList<>();
        List<Double> virtualRatios = new ArrayList<>();
        platform.forEach((cell, ratio) -> {
            cells.add(GridSection.title(cell));
            platformRatios.add(ratio);
            virtualRatios.add(virtual.entrySet().stream()
                    .filter(entry -> GridSection.title(entry.getKey()).equals(GridSection.title(cell)))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse(null));
        });
        CategoryChart chart = new CategoryChartBuilder()
                .width(1000)
                .height(420)
                .title("Times as fast as the best JVM peer that can wait")
                .yAxisTitle("times, log scale; 1 is even")
                .build();
        chart.getStyler().setYAxisLogarithmic(true);
        chart.getStyler().setXAxisLabelRotation(60);
        chart.getStyler().setLegendPosition(LegendPosition.InsideNE);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setYAxisMin(0.1);
        chart.addSeries("platform threads", cells, platformRatios);
        chart.addSeries("virtual threads", cells, virtualRatios);
        VectorGraphicsEncoder.saveVectorGraphic(
                chart, file.toString().replaceFirst("\\.svg$", ""), VectorGraphicsFormat.SVG);
    }
}
