const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

function ago(seconds: number, format: Intl.RelativeTimeFormat): string {
  for (const [unit, length] of STEPS) {
    if (Math.abs(seconds) >= length) return format.format(-Math.trunc(seconds / length), unit);
  }
  return format.format(0, "second");
}

/** Keep "3 min ago" true while the page stays open. */
export function mountTimes(): void {
  const format = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto", style: "short" });
  const refresh = (): void => {
    for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-ago]")) {
      const seconds = (Date.now() - Date.parse(time.dateTime)) / 1000;
      if (seconds < 7 * 86_400) time.textContent = ago(seconds, format);
    }
  };
  setInterval(refresh, 30_000);
}
