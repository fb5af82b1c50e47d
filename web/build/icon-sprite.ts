import { readFileSync } from "node:fs";

import type { Plugin } from "vite";

import { LEVELS, LUCIDE, MARK } from "./icons.ts";

function lucide(name: string): string {
  const svg = readFileSync(`node_modules/lucide-static/icons/${name}.svg`, "utf8");
  const inner = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(svg)?.[1];
  if (!inner) throw new Error(`the icon ${name} has no drawing`);
  const drawing = inner.replace(/\s+/g, " ").trim();
  return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round">${drawing}</symbol>`;
}

function filled(name: string, drawing: string): string {
  return `<symbol id="${name}" viewBox="0 0 24 24" fill="currentColor">${drawing}</symbol>`;
}

/** Draw every icon in use into one file, named by its content. */
export function iconSprite(): Plugin {
  return {
    name: "tocsin-icon-sprite",
    buildStart() {
      const symbols = [
        ...LUCIDE.map(lucide),
        ...Object.entries(LEVELS).map(([name, drawing]) => filled(name, drawing)),
        filled("mark", MARK),
      ];
      const source = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
      this.emitFile({ type: "asset", name: "icons.svg", originalFileName: "icons.svg", source });
    },
  };
}
