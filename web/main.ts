import "htmx.org";

import "./main.css";
import { mountCharts } from "./islands/chart.ts";
import { mountConnection } from "./islands/connection.ts";
import { mountCopy } from "./islands/copy.ts";
import { mountKeys } from "./islands/keys.ts";
import { mountMenus } from "./islands/menu.ts";
import { mountPalette } from "./islands/palette.ts";
import { mountReveal } from "./islands/reveal.ts";
import { mountTheme } from "./islands/theme.ts";
import { mountTidy } from "./islands/tidy.ts";
import { mountTimes } from "./islands/times.ts";
import { mountToasts } from "./islands/toasts.ts";
import { mountZone } from "./islands/zone.ts";

mountTheme();
mountMenus();
mountKeys();
mountPalette();
mountToasts();
mountTidy();
mountTimes();
mountReveal();
mountCopy();
mountZone();
mountCharts();
mountConnection();
