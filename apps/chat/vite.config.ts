import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const server = `http://127.0.0.1:${process.env.PORT ?? "4000"}`;
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  plugins: [react(), tailwindcss()],
  resolve: {
    alias: {
      // Answers never become raw HTML: the parser that could do it is not in the bundle at all.
      "rehype-raw": here("./src/markdown/no-raw-html.ts"),
      // Streamdown merges Tailwind classes of components that we all replace; joining is enough.
      "tailwind-merge": here("./src/markdown/join-classes.ts"),
    },
  },
  build: {
    outDir: here("./dist"),
    emptyOutDir: true,
    target: "es2023",
    // Styles and images stay files: the server's content security policy allows no data: styles.
    assetsInlineLimit: 0,
    rolldownOptions: {
      treeshake: {
        // The page uses protocol's types, limits and fold, never its schemas; they have no side effects.
        moduleSideEffects: (id) => !/packages\/protocol\/|node_modules\/zod\//.test(id),
      },
    },
  },
  server: {
    proxy: {
      // The server takes requests of its own origin only; in development this proxy is that page.
      "/api": { target: server, changeOrigin: true, headers: { origin: server } },
      "/ws": { target: server, changeOrigin: true, headers: { origin: server }, ws: true },
    },
  },
});
