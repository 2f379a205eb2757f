import { gzipSync } from "node:zlib";
import tailwindcss from "@tailwindcss/vite";
import { defineConfig, type Plugin } from "vite";

// Packed copies beside the files: the server sends them to browsers that take them, and packs nothing while it serves.
const packed: Plugin = {
  name: "packed",
  apply: "build",
  generateBundle: {
    order: "post",
    handler(_options, bundle) {
      for (const [name, part] of Object.entries(bundle)) {
        if (!/\.(js|css|wasm)$/.test(name)) continue;
        const source = gzipSync(part.type === "chunk" ? part.code : part.source, { level: 9 });
        this.emitFile({ type: "asset", fileName: `${name}.gz`, source });
      }
    },
  },
};

export default defineConfig({
  plugins: [tailwindcss(), packed],
  base: "/static/bundle/",
  build: {
    outDir: "../doorstep/web/static/bundle",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    // What Tailwind 4 needs anyway; for older ones `:is()` would become `:-webkit-any()`, which weighs more than what follows it.
    cssTarget: ["chrome111", "safari16.4", "firefox128"],
    // The tour only where one can look around; what only public pages wear is carried by them alone.
    rollupOptions: { input: ["src/main.ts", "src/tour.ts", "src/portal.css", "src/room.css", "src/order.css", "src/calendar.css", "src/calendar.ts"] },
  },
});
