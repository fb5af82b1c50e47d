import { defineConfig } from "vite";

import { iconSprite } from "./web/build/icon-sprite.ts";

// Everything is served from our own host: no asset is inlined, because the policy of pages allows no data: fonts
// or scripts, and names carry a hash, because they are cached for ever.
export default defineConfig({
  base: "./",
  publicDir: false,
  plugins: [iconSprite()],
  build: {
    outDir: "tocsin/ui/static/built",
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsInlineLimit: 0,
    assetsDir: "",
    modulePreload: false,
    target: ["chrome123", "firefox121", "safari17.5"],
    rollupOptions: {
      input: {
        main: "web/main.ts",
        public: "web/public.ts",
        offline: "web/offline/page.ts",
        "service-worker": "web/service-worker.ts",
      },
    },
  },
  worker: { format: "es" },
});
