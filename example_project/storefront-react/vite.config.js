import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// The sample shop allows this origin: see STOREFRONT_ORIGINS in example_project/settings.py.
const here = { host: "127.0.0.1", port: 8001, strictPort: true };

export default defineConfig({ plugins: [react()], server: here, preview: here });
