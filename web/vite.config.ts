import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The browser app: built into web/dist, which the HTTP server serves. `npm run web` serves it with live changes. */
export default defineConfig(({ command }) => {
  // Whatever the environment says, such as that of a test: otherwise React's development build would be served.
  if (command === 'build') process.env.NODE_ENV = 'production';
  return {
    root: import.meta.dirname,
    plugins: [react()],
    build: { outDir: 'dist', emptyOutDir: true, target: 'es2023', reportCompressedSize: true },
    server: { port: 5173, proxy: { '/api': 'http://127.0.0.1:8001' } },
  };
});
