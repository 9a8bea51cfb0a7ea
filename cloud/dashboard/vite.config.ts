import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Static files for the site server, which serves `dist` on the API's own origin. */
export default defineConfig({
  plugins: [react()],
  build: { target: 'es2022', assetsInlineLimit: 0, chunkSizeWarningLimit: 700 },
  server: {
    // `pnpm dev` shows the dashboard over a site edition that runs beside it.
    proxy: Object.fromEntries(
      ['/v1', '/oidc', '/docs', '/openapi.json', '/uploads'].map((path) => [path, 'http://127.0.0.1:8080']),
    ),
  },
});
