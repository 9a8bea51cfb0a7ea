import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CloudFunction } from '@rollcall/cloud/manifest';
import { Misconfigured } from '@rollcall/kit/app-error';
import { Code } from 'aws-cdk-lib/aws-lambda';

/** What functions run. */
export interface Bundles {
  code(name: CloudFunction['name']): Code;
  /** The layer with sharp for linux-arm64. */
  sharp(): Code;
}

/** As `pnpm bundle` leaves them in `cloud/dist`; assets are named by what is in them, so an unchanged function is not deployed again. */
export const builtBundles: Bundles = {
  code: (name) => Code.fromAsset(built(join('lambda', name))),
  sharp: () => Code.fromAsset(built(join('lambda-layers', 'sharp'))),
};

/** @throws Misconfigured when it was not bundled. */
function built(folder: string): string {
  const path = fileURLToPath(new URL(`../../cloud/dist/${folder}`, import.meta.url));
  if (!existsSync(path)) throw new Misconfigured(`${path} is missing: run \`pnpm bundle\` first`);
  return path;
}
