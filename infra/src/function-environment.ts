import type { CloudFunction } from '@rollcall/cloud/manifest';
import type { Deployment } from './deployment.ts';
import type { StorageStack } from './storage-stack.ts';

/** What a function is told: the keys of `CloudConfig` and its kin, as `ROLLCALL_…`. */
export function environmentOf(
  deployment: Deployment,
  storage: StorageStack,
  name: CloudFunction['name'],
): Record<string, string> {
  const everyone = {
    ROLLCALL_PREFIX: deployment.prefix,
    ROLLCALL_LOG_LEVEL: 'info',
  };
  if (name === 'replay') return { ...everyone, ROLLCALL_DEAD_LETTERS: storage.deadLetters.queueUrl };
  if (name === 'token-claims' || name === 'live-authorizer' || name === 'claims') return everyone;
  return {
    ...everyone,
    ROLLCALL_TABLE: storage.recordsName,
    ROLLCALL_PICTURES: storage.picturesName,
    // The region's own name for it: every account has it, and its certificate is Amazon Trust's.
    ROLLCALL_IOT_ENDPOINT: `https://data-ats.iot.${deployment.region}.amazonaws.com`,
    ROLLCALL_TIME_ZONE: deployment.timeZone,
  };
}
