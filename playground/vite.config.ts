import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  // Relative, so that the page works below any path prefix.
  base: "./",
  plugins: [react()],
  build: {
    outDir: "bundle",
    target: "es2023",
    // A data: URI would have to be let through the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // Whose work the bundle holds has to be told with it.
    license: { fileName: "licenses.md" },
    rolldownOptions: {
      onLog(level, log, write) {
        // Directives of the React compiler mean nothing to a bundler.
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") {
          write(level, log);
        }
      },
    },
    // Monaco is one large lazy chunk.
    chunkSizeWarningLimit: 4000,
  },
  worker: { format: "es" },
  // The server of `cargo demo` answers what is not the page.
  server: { proxy: { "^/(graphql|login/.*)$": "http://127.0.0.1:8000" } },
});
