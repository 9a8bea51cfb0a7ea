import { parseArgs } from 'node:util';
import { type Deployment, deploymentOf } from './deployment.ts';

/** What `pnpm deploy:aws` and `pnpm destroy:aws` are told. */
export interface DeployOptions {
  readonly deployment: Deployment;
  /** Show what would be done; no account is asked. */
  readonly isDryRun: boolean;
  /** Do not ask. */
  readonly isSure: boolean;
}

/** @throws Misconfigured naming every option that does not fit. */
export function deployOptions(args: readonly string[]): DeployOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    // What stands between a script and its options when pnpm hands them over.
    args: args.filter((word) => word !== '--'),
    options: {
      stage: text,
      region: text,
      prefix: text,
      domain: text,
      certificate: text,
      'time-zone': text,
      'alarm-email': text,
      'monthly-budget': text,
      'front-door-version': text,
      'rekognition-tps': text,
      'dry-run': { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
    },
  });
  const { 'dry-run': isDryRun, yes: isSure, ...told } = values;
  const options = Object.entries(told).map(([name, value]) => [
    name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
    value,
  ]);
  return { deployment: deploymentOf(Object.fromEntries(options)), isDryRun, isSure };
}
