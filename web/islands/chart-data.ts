/** What the server says of a chart; times are seconds since 1970, values are counts in a unit of time. */
export type ChartData = {
  unit: number;
  zone: string;
  times: number[];
  series: { name: string; color: string; values: number[] }[];
  expected: { low: (number | null)[]; mid: (number | null)[]; high: (number | null)[] } | null;
  forecast: { times: number[]; low: number[]; mid: number[]; high: number[] } | null;
  alerts: { time: number; level: string; word: string }[];
  marks?: { time: number; word: string }[];
  words: { total: string; expected: string; forecast: string };
};

/** Columns for the drawing: times, expected low, mid and high, then the running sums from the whole to the first. */
export function columns(data: ChartData): (number | null)[][] {
  const ahead = data.forecast;
  const times = ahead ? [...data.times, ...ahead.times] : data.times;
  const after = ahead ? ahead.times.length : 0;
  const none = new Array<null>(after).fill(null);
  const blank = data.times.map(() => null);
  const line = (name: "low" | "mid" | "high"): (number | null)[] => [
    ...(data.expected?.[name] ?? blank),
    ...(ahead ? ahead[name] : none),
  ];
  const sums: (number | null)[][] = [];
  let below = data.times.map(() => 0);
  for (const one of data.series) {
    below = below.map((sum, place) => sum + (one.values[place] ?? 0));
    sums.push([...below, ...none]);
  }
  return [times, line("low"), line("mid"), line("high"), ...sums.reverse()];
}

/** Sum of all series at one place. */
export function total(data: ChartData, place: number): number {
  return data.series.reduce((sum, one) => sum + (one.values[place] ?? 0), 0);
}
