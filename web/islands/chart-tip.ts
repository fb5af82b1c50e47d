import type uPlot from "uplot";

import { total, type ChartData } from "./chart-data.ts";

function line(list: HTMLElement, name: string, value: string): void {
  const term = document.createElement("dt");
  const figure = document.createElement("dd");
  term.textContent = name;
  figure.textContent = value;
  list.append(term, figure);
}

function fill(tip: HTMLElement, data: ChartData, place: number, lang: string): void {
  const number = new Intl.NumberFormat(lang, { maximumFractionDigits: 0 });
  const past = place < data.times.length;
  const ahead = data.forecast;
  const time = past ? data.times[place] : ahead?.times[place - data.times.length];
  if (time === undefined) return;
  const when = new Intl.DateTimeFormat(lang, {
    weekday: "short",
    day: "numeric",
    month: "short",
    ...(data.unit < 86_400 ? { hour: "2-digit", minute: "2-digit" } : {}),
    timeZone: data.zone,
  });
  const head = document.createElement("strong");
  const list = document.createElement("dl");
  head.textContent = when.format(new Date(time * 1000));
  if (past) {
    for (const one of data.series) line(list, one.name, number.format(one.values[place] ?? 0));
    if (data.series.length > 1) line(list, data.words.total, number.format(total(data, place)));
    const low = data.expected?.low[place];
    const high = data.expected?.high[place];
    if (low != null && high != null) line(list, data.words.expected, `${number.format(low)}–${number.format(high)}`);
  } else if (ahead) {
    const next = place - data.times.length;
    line(list, data.words.forecast, `${number.format(ahead.low[next] ?? 0)}–${number.format(ahead.high[next] ?? 0)}`);
  }
  tip.replaceChildren(head, list);
}

/** The figures under the pointer. The table beside gives the same to those without one. */
export function tooltip(element: HTMLElement, data: ChartData): uPlot.Plugin {
  const tip = document.createElement("div");
  tip.className = "chart__tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true");
  return {
    hooks: {
      init: () => element.append(tip),
      destroy: () => tip.remove(),
      setCursor: (plot) => {
        const place = plot.cursor.idx;
        const left = plot.cursor.left ?? -1;
        tip.hidden = place == null || left < 0;
        if (tip.hidden || place == null) return;
        fill(tip, data, place, document.documentElement.lang);
        const room = element.clientWidth - left - 60;
        tip.style.left = room > 190 ? `${left + 62}px` : `${Math.max(0, left - 150)}px`;
        tip.style.top = "12px";
      },
    },
  };
}
