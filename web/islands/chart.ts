import htmx from "htmx.org";
import uPlot from "uplot";

import { alertMarks } from "./chart-alerts.ts";
import { columns, type ChartData } from "./chart-data.ts";
import { tooltip } from "./chart-tip.ts";
import { mount } from "./mount.ts";
import { paint } from "./paint.ts";

type Drawn = { plot: uPlot; data: ChartData };

function axes(data: ChartData, lang: string): uPlot.Axis[] {
  const days = new Intl.DateTimeFormat(lang, { day: "numeric", month: "short", timeZone: data.zone });
  const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: data.zone });
  const whole = new Intl.NumberFormat(lang);
  const short = new Intl.NumberFormat(lang, { notation: "compact" });
  const label = (time: number): string => {
    const date = new Date(time * 1000);
    const hour = clock.format(date);
    return hour === "00:00" || data.unit >= 86_400 ? days.format(date) : timeOfDay(hour, lang);
  };
  const shared = { stroke: paint("muted"), font: "12px 'Inter Variable', sans-serif" };
  return [
    { ...shared, grid: { show: false }, ticks: { show: false }, values: (_, times) => times.map(label), space: 72, size: 28 },
    {
      ...shared,
      size: 44,
      grid: { stroke: paint("line"), width: 1 },
      ticks: { show: false },
      incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6],
      values: (_, counts) => counts.map((value) => (value < 10_000 ? whole : short).format(value)),
    },
  ];
}

/** "14:05" as people write it: "14 h 05", "14 h". */
function timeOfDay(hour: string, lang: string): string {
  return lang === "fr" ? hour.replace(/^0/, "").replace(":", "\u00a0h\u00a0").replace(/\u00a000$/, "") : hour;
}

function series(data: ChartData): uPlot.Series[] {
  const bars = uPlot.paths.bars?.({ size: [0.8, 48], align: 1 });
  const quiet = { points: { show: false }, spanGaps: false };
  const edge: uPlot.Series = { ...quiet, width: 0 };
  const stacked = [...data.series].reverse().map((one): uPlot.Series => {
    const color = paint(one.color);
    return { ...quiet, fill: color, stroke: color, width: 0, ...(bars ? { paths: bars } : {}) };
  });
  return [{}, edge, { ...quiet, stroke: paint("muted"), width: 1, dash: [4, 3] }, edge, ...stacked];
}

function options(element: HTMLElement, data: ChartData): uPlot.Options {
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    legend: { show: false },
    padding: [18, 26, 0, 0], // right: half of a day's name, which may stand at the very end
    tzDate: (time) => uPlot.tzDate(new Date(time * 1000), data.zone),
    cursor: { drag: { x: true, y: false, setScale: false }, points: { show: false }, y: false },
    scales: {
      x: { range: (_, low, high) => [low, high + data.unit] },
      y: { range: (_, __, high) => [0, Math.max(4, high * 1.08)] },
    },
    bands: [{ series: [3, 1], fill: paint("band") }],
    axes: axes(data, document.documentElement.lang),
    series: series(data),
    plugins: [alertMarks(data), tooltip(element, data)],
    hooks: { setSelect: [(plot) => select(element, plot, data)] },
  };
}

/** The bar that covers a time: days begin at midnight where the organisation lives, and may last 23 hours. */
function barAt(data: ChartData, time: number): number {
  const next = data.times.findIndex((begin) => begin > time);
  return Math.max(0, (next < 0 ? data.times.length : next) - 1);
}

/** A click takes one bar, a drag a span: the lists beside follow. */
function select(element: HTMLElement, plot: uPlot, data: ChartData): void {
  const target = element.dataset["selects"];
  if (!target) return;
  const first = barAt(data, plot.posToVal(plot.select.left, "x"));
  const last = barAt(data, plot.posToVal(plot.select.left + Math.max(0, plot.select.width - 1), "x"));
  const from = data.times[first] ?? 0;
  const to = data.times[last + 1] ?? (data.times[last] ?? 0) + data.unit;
  const address = new URL(location.href);
  address.searchParams.set("from", new Date(from * 1000).toISOString().slice(0, 19) + "Z");
  address.searchParams.set("to", new Date(to * 1000).toISOString().slice(0, 19) + "Z");
  const path = address.pathname + address.search;
  history.replaceState(history.state, "", path);
  void htmx.ajax("GET", path, { target, swap: "outerMorph" });
}

function clickSelects(element: HTMLElement, drawn: () => Drawn): void {
  let down = 0;
  const over = (event: Event): boolean => (event.target as Element).classList.contains("u-over");
  element.addEventListener("mousedown", (event) => (down = event.clientX));
  element.addEventListener("click", (event) => {
    const { plot } = drawn();
    if (!over(event) || Math.abs(event.clientX - down) > 3 || plot.cursor.left == null) return;
    plot.setSelect({ left: plot.cursor.left, width: 1, top: 0, height: plot.bbox.height }, true);
  });
}

function draw(element: HTMLElement): Drawn {
  const data = JSON.parse(element.dataset["chart"] ?? "{}") as ChartData;
  const plot = new uPlot(options(element, data), columns(data) as uPlot.AlignedData, element);
  return { plot, data };
}

/** Draw the charts, and draw them again when the server says more or the colours change. */
export function mountCharts(): void {
  mount<HTMLElement>("[data-chart]", (element) => {
    let drawn = draw(element);
    const redraw = (): void => {
      if (!element.isConnected) return;
      drawn.plot.destroy();
      drawn = draw(element);
    };
    clickSelects(element, () => drawn);
    new MutationObserver(redraw).observe(element, { attributes: true, attributeFilter: ["data-chart"] });
    new ResizeObserver(() => drawn.plot.setSize({ width: element.clientWidth, height: element.clientHeight })).observe(
      element,
    );
    document.addEventListener("tocsin:theme", redraw);
  });
}
