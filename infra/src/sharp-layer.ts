import type { Stack } from 'aws-cdk-lib';
import { Architecture, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Bundles } from './bundles.ts';

/**
 * The picture library, for the functions of `stack` that want it. Each stack has its own: another one's could never be replaced, since
 * CloudFormation does not let go of a version that is in use elsewhere.
 */
export function sharpLayer(stack: Stack, bundles: Bundles): LayerVersion {
  const made = stack.node.tryFindChild('Sharp');
  if (made instanceof LayerVersion) return made;
  return new LayerVersion(stack, 'Sharp', {
    code: bundles.sharp(),
    compatibleArchitectures: [Architecture.ARM_64],
    compatibleRuntimes: [Runtime.NODEJS_24_X],
    description: 'sharp for linux-arm64',
  });
}
