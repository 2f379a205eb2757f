import tailwindcss from "@tailwindcss/vite";
import { existsSync } from "node:fs";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [tailwindcss()],
  base: "/static/bundle/",
  build: {
    outDir: "../doorstep/web/static/bundle",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2020",
    rollupOptions: { input: ["src/main.ts", "src/room.ts", "src/scan.ts"].filter((file) => existsSync(file)) },
  },
});
