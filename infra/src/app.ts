import { fileURLToPath } from 'node:url';
import { synthesize } from './synthesize.ts';

/** `pnpm synth`: the templates of the cloud edition, in `infra/cdk.out`. */
synthesize(fileURLToPath(new URL('../cdk.out', import.meta.url)));
