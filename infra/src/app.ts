import { fileURLToPath } from 'node:url';
import { bundleAll } from '@rollcall/cloud/bundle/bundle-all';
import { addStacks } from './add-stacks.ts';
import { builtBundles } from './bundles.ts';
import { optionsFrom } from './command-line.ts';
import { deploymentOf } from './deployment.ts';
import { synthesize } from './synthesize.ts';

/** `pnpm synth [-c stage=prod] [-c region=…]`: the templates of the cloud edition, with what its functions run, in `infra/cdk.out`. */
const deployment = deploymentOf(optionsFrom(process.argv.slice(2)));
await bundleAll();
synthesize(fileURLToPath(new URL('../cdk.out', import.meta.url)), (app) => addStacks(app, deployment, builtBundles));
