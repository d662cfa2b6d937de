// Dates of the tests are those of one zone, whatever the machine.
process.env.TZ = "America/New_York";

import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [svelte(), svelteTesting()],
  base: "/",
  clearScreen: false,
  server: { port: 5173, strictPort: true, fs: { allow: [".."] } },
  build: {
    target: "safari17",
    outDir: "dist",
    emptyOutDir: true,
    // The content security policy allows neither inline scripts nor data addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { index: here("./index.html"), gate: here("./gate.html"), unlock: here("./unlock.html"), secret: here("./secret.html") } },
  },
  test: {
    environment: "jsdom",
    // A machine that is busy with something else is no failure.
    testTimeout: 30_000,
    setupFiles: ["./src/test/setup.ts"],
    include: ["src/**/*.test.ts"],
  },
});
