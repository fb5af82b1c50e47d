import type uPlot from "uplot";

import type { ChartData } from "./chart-data.ts";
import { paint } from "./paint.ts";

/** The shapes of the levels, in a square of side 2 around the origin, as in the interface's icons. */
const SHAPES: Record<string, [number, number][]> = {
  yellow: [[0, -1], [1, 0], [0, 1], [-1, 0]],
  orange: [[0, -1], [1, 0.85], [-1, 0.85]],
  red: [[-0.41, -1], [0.41, -1], [1, -0.41], [1, 0.41], [0.41, 1], [-0.41, 1], [-1, 0.41], [-1, -0.41]],
};

function shape(context: CanvasRenderingContext2D, level: string, x: number, y: number, size: number): void {
  context.beginPath();
  for (const [dx, dy] of SHAPES[level] ?? SHAPES["yellow"] ?? []) context.lineTo(x + dx * size, y + dy * size);
  context.closePath();
  context.fill();
}

/** A small flag at a decision's time, standing on the axis so that it hides no alert. */
function flag(context: CanvasRenderingContext2D, plot: uPlot, time: number, ratio: number): void {
  const x = plot.valToPos(time, "x", true);
  const foot = plot.bbox.top + plot.bbox.height;
  const top = foot - 26 * ratio;
  context.strokeStyle = context.fillStyle = paint("accent");
  context.beginPath();
  context.moveTo(x, foot);
  context.lineTo(x, top);
  context.stroke();
  context.beginPath();
  context.moveTo(x, top);
  context.lineTo(x + 10 * ratio, top + 4 * ratio);
  context.lineTo(x, top + 8 * ratio);
  context.fill();
}

/** Mark where alerts began: a dashed line with the level's own shape on top; and what people decided, by flags. */
export function alertMarks(data: ChartData): uPlot.Plugin {
  return {
    hooks: {
      draw: (plot) => {
        const ratio = devicePixelRatio;
        const context = plot.ctx;
        const { top, height } = plot.bbox;
        context.save();
        context.lineWidth = ratio;
        context.setLineDash([3 * ratio, 3 * ratio]);
        for (const alert of data.alerts) {
          const x = plot.valToPos(alert.time, "x", true);
          context.strokeStyle = context.fillStyle = paint(alert.level);
          context.beginPath();
          context.moveTo(x, top);
          context.lineTo(x, top + height);
          context.stroke();
          shape(context, alert.level, x, top - 8 * ratio, 6 * ratio);
        }
        context.setLineDash([]);
        for (const mark of data.marks ?? []) flag(context, plot, mark.time, ratio);
        context.restore();
      },
    },
  };
}
