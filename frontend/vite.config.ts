import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [tailwindcss()],
  base: "/static/bundle/",
  build: {
    outDir: "../doorstep/web/static/bundle",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2020",
    rollupOptions: { input: "src/main.ts" },
  },
});
