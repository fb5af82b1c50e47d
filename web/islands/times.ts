const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const WEEK = 7 * 86_400;

function away(seconds: number, format: Intl.RelativeTimeFormat): string {
  for (const [unit, length] of STEPS) {
    if (Math.abs(seconds) >= length) return format.format(-Math.trunc(seconds / length), unit);
  }
  return format.format(0, "second");
}

/** Seconds since a time, below zero before it, by the clock of the page: an exercise may have one of its own. */
function since(time: HTMLTimeElement): number {
  return (Date.now() + Number(time.dataset["ahead"] ?? 0) - Date.parse(time.dateTime)) / 1000;
}

/** Keep "3 min ago" and "in 4 min" true while the page stays open; the last minute is counted in seconds. */
export function mountTimes(): void {
  const format = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto", style: "short" });
  const refresh = (): void => {
    for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-ago]")) {
      const seconds = since(time);
      if (Math.abs(seconds) < WEEK) time.textContent = away(seconds, format);
    }
  };
  const count = (): void => {
    for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-until]")) {
      const seconds = since(time);
      if (Math.abs(seconds) >= WEEK) continue;
      const words = seconds < 0 && seconds > -60 ? format.format(Math.round(-seconds), "second") : away(seconds, format);
      if (time.textContent !== words) time.textContent = words;
    }
  };
  /** "3 h 05": how long something goes on, in words that French and English share but for the days. */
  const last = (): void => {
    const days = document.documentElement.lang === "fr" ? "j" : "d";
    for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-lasting]")) {
      const minutes = Math.max(0, Math.floor(since(time) / 60));
      const hours = Math.floor(minutes / 60);
      const words =
        minutes < 60
          ? `${minutes}\u00a0min`
          : hours < 48
            ? `${hours}\u00a0h\u00a0${String(minutes % 60).padStart(2, "0")}`
            : `${Math.floor(hours / 24)}\u00a0${days}\u00a0${hours % 24}\u00a0h`;
      if (time.textContent !== words) time.textContent = words;
    }
  };
  count();
  setInterval(refresh, 30_000);
  setInterval(last, 5_000);
  setInterval(count, 1_000);
}
