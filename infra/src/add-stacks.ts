import { type App, Tags } from 'aws-cdk-lib';
import type { Bundles } from './bundles.ts';
import type { Deployment } from './deployment.ts';
import { ApiStack } from './api-stack.ts';
import { DashboardStack } from './dashboard-stack.ts';
import { EdgeStack } from './edge-stack.ts';
import { IdentityStack } from './identity-stack.ts';
import { DevicesStack } from './devices-stack.ts';
import { IngestStack } from './ingest-stack.ts';
import { ObservabilityStack } from './observability-stack.ts';
import { RecognitionStack } from './recognition-stack.ts';
import { StorageStack } from './storage-stack.ts';

/** Every stack of one deployment. What stands later uses what stands before it. */
export function addStacks(app: App, deployment: Deployment, bundles: Bundles) {
  const { prefix, region, stage } = deployment;
  const env = { region };
  const named = (name: string, description: string) =>
    [`${prefix}-${name}`, { env, description: `Rollcall, ${stage}: ${description}` }] as const;

  const [storageId, storageProps] = named('storage', 'records, pictures and dead letters, which outlive the rest');
  const origin = deployment.domain === undefined ? {} : { uploadOrigin: `https://${deployment.domain}` };
  const storage = new StorageStack(app, storageId, { ...storageProps, ...origin, deployment });

  const [recognitionId, recognitionProps] = named('recognition', 'who is in a picture');
  const recognition = new RecognitionStack(app, recognitionId, { ...recognitionProps, deployment, storage, bundles });

  const [ingestId, ingestProps] = named('ingest', 'topic rules, timers, replay');
  const ingest = new IngestStack(app, ingestId, { ...ingestProps, deployment, storage, recognition, bundles });

  const [devicesId, devicesProps] = named('devices', 'how cameras register, and what each may');
  const devices = new DevicesStack(app, devicesId, { ...devicesProps, deployment, storage, bundles });

  const [identityId, identityProps] = named('identity', 'who signs in, which outlives the rest too');
  const identity = new IdentityStack(app, identityId, { ...identityProps, deployment, storage, bundles });

  // CloudFront’s web ACLs, and bills, are in this region alone.
  const edgeProps = { env: { region: 'us-east-1' }, description: `Rollcall, ${stage}: web ACL, bill` };
  const edge = new EdgeStack(app, `${prefix}-edge`, { ...edgeProps, deployment });

  const [dashboardId, dashboardProps] = named('dashboard', 'dashboard and API under one name');
  const dashboard = new DashboardStack(app, dashboardId, { ...dashboardProps, deployment, storage, identity });

  const [apiId, apiProps] = named('api', 'what answers the API');
  const api = new ApiStack(app, apiId, { ...apiProps, deployment, storage, identity, dashboard, bundles });

  const handlers = [
    recognition.capture,
    recognition.recognize,
    recognition.upload,
    ...Object.values(ingest.handlers),
    devices.hook,
    devices.claims,
    identity.tokenClaims,
    api.handler,
    api.live.handler,
  ];
  const [watchId, watchProps] = named('observability', 'alarms and their dashboard');
  const watched = { deployment, storage, handlers, apiId: dashboard.api.ref };
  const observability = new ObservabilityStack(app, watchId, { ...watchProps, ...watched });

  for (const stack of [recognition, ingest, devices, identity]) stack.addStackDependency(storage);
  Tags.of(app).add('application', 'rollcall');
  Tags.of(app).add('stage', stage);
  return { storage, recognition, ingest, devices, identity, edge, dashboard, api, observability };
}

export type Stacks = ReturnType<typeof addStacks>;
