import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [tailwindcss()],
  base: "/static/bundle/",
  build: {
    outDir: "../doorstep/web/static/bundle",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    // What Tailwind 4 needs anyway; for older ones `:is()` would become `:-webkit-any()`, which weighs more than what follows it.
    cssTarget: ["chrome111", "safari16.4", "firefox128"],
    rollupOptions: { input: ["src/main.ts", "src/portal.css"] }, // what only public pages wear is carried by them alone
  },
});
