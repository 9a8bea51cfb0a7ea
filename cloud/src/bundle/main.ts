import { bundleAll, bundleFolder } from './bundle-all.ts';

/** `pnpm bundle`: what the functions of the cloud edition run. */
await bundleAll();
process.stdout.write(`bundled to ${bundleFolder}\n`);
