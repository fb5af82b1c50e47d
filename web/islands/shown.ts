/** On a narrow screen a row of choices scrolls sideways: the one that is open is brought into sight. */
export function mountShown(): void {
  for (const row of document.querySelectorAll<HTMLElement>("nav.choice")) {
    const open = row.querySelector<HTMLElement>("[aria-current]");
    if (!open || row.scrollWidth <= row.clientWidth) continue;
    row.scrollLeft = open.offsetLeft - row.offsetLeft - (row.clientWidth - open.offsetWidth) / 2;
  }
}
