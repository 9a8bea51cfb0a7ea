import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { OrganizationId } from '@rollcall/contract/ids';
import { defaultPrefix } from '@rollcall/contract/topics';
import { Misconfigured, Unavailable } from '@rollcall/kit/app-error';
import { systemClock as clock } from '@rollcall/kit/clock';
import { FolderLock } from '@rollcall/kit/folder-lock';
import type { Log } from '@rollcall/kit/log';
import { monotonicFactory } from 'ulid';
import { BrokerLiveFeed } from '../adapters/local/broker-live-feed.ts';
import { brokerHosts } from '../adapters/local/broker-hosts.ts';
import { CertificateAuthority } from '../adapters/local/certificate-authority.ts';
import { openClaim } from '../adapters/local/claim-certificate.ts';
import { EmbeddedEngine } from '../adapters/local/embedded-engine.ts';
import { FolderImages } from '../adapters/local/folder-images.ts';
import { checkFreeSpace } from '../adapters/local/free-space.ts';
import { loadOidcKeys } from '../adapters/local/oidc-keys.ts';
import { createOidc } from '../adapters/local/oidc-provider.ts';
import { SiteBroker } from '../adapters/local/site-broker.ts';
import { siteClaims } from '../adapters/local/site-claims.ts';
import { SqliteTable } from '../adapters/local/sqlite-table.ts';
import { uploadSecret, UploadTokens } from '../adapters/local/upload-tokens.ts';
import { cropFaceWithSharp } from '../adapters/sharp-crop-face.ts';
import { normalizePicture } from '../adapters/sharp-picture.ts';
import { enrollDemo } from '../demo/enroll-demo.ts';
import { prepareDemo } from '../demo/prepare-demo.ts';
import { acceptReport } from '../domain/accept-report.ts';
import { followDecommissions } from '../domain/decommission-device.ts';
import { sweepUnfinishedPhotos } from '../domain/discard-photo.ts';
import { resumeForgetting } from '../domain/forget-person.ts';
import { defaultThresholds } from '../domain/match-policy.ts';
import { recordHeartbeat } from '../domain/record-heartbeat.ts';
import { keepPhotosIndexed } from '../domain/keep-photos-indexed.ts';
import { reindexPhotos } from '../domain/reindex-photos.ts';
import { renewCertificates } from '../domain/renew-certificates.ts';
import { withdrawClaims } from '../domain/withdraw-claims.ts';
import { bindUseCases, createApp } from '../http/app.ts';
import { dashboardFiles } from '../http/dashboard-files.ts';
import { uploadRoutes } from '../http/upload.ts';
import { ShadowStore } from '../store/shadow-store.ts';
import { CameraAgents } from './camera-agents.ts';
import { publishCredentials } from './credentials.ts';
import { createRecognition } from './recognition.ts';
import { placeCameras, placeSite } from './site-cameras.ts';
import { SiteListener, siteOrigins } from './site-listener.ts';
import { admitOwner } from './site-owner.ts';
import type { SiteOptions } from './site-options.ts';
import { ReindexStore } from '../store/reindex-store.ts';
import { openStores } from './site-stores.ts';
import { startTimers } from './site-timers.ts';

/** The one organization of a site. */
const org = OrganizationId.parse('main');
/** Fleet provisioning template. */
const template = 'rollcall';
const dashboardRoot = fileURLToPath(new URL('../../dashboard/dist', import.meta.url));

export interface RunningSite {
  readonly url: string;
  readonly mqttPort: number;
  /** Ends all parts in reverse order, each bounded in time. May be called twice. */
  readonly stop: () => Promise<void>;
}

/**
 * The site edition: every part in one process, wired by hand. What is started later stands on what was started before it, and is stopped
 * before it. @param agentOutput where the log lines of `--camera` agents go.
 * @throws Misconfigured, Conflict, Unavailable with what to do; nothing is left running then.
 */
export async function startSite(options: SiteOptions, log: Log, agentOutput: Writable): Promise<RunningSite> {
  if (!existsSync(join(dashboardRoot, 'index.html'))) {
    throw new Misconfigured(
      'the dashboard is not built: start with `npm start`, or run `pnpm --filter @rollcall/dashboard build`',
    );
  }
  const parts = new AsyncDisposableStack();
  try {
    const running = await startParts(options, log, agentOutput, parts);
    return { ...running, stop: () => parts.disposeAsync() };
  } catch (error) {
    await parts.disposeAsync();
    if (!isDiskError(error)) throw error;
    const { data } = options;
    throw new Unavailable(`${data} cannot be used (${error.message}): check its disk, and the space on it`, {
      cause: error,
    });
  }
}

async function startParts(
  options: SiteOptions,
  log: Log,
  agentOutput: Writable,
  parts: AsyncDisposableStack,
): Promise<Omit<RunningSite, 'stop'>> {
  const { data, host } = options;

  const lock = new FolderLock(
    data,
    `Rollcall is already running on ${data}. Stop it first, or start this one with another --data folder.`,
  );
  parts.defer(() => lock.release());
  const listener = await SiteListener.open(host, options.port);
  parts.defer(() => listener.close());
  const origins = siteOrigins(host, listener.port);
  const [url] = origins;

  const table = new SqliteTable(join(data, 'rollcall.sqlite'));
  parts.defer(() => table.close());
  const tokens = new UploadTokens(await uploadSecret(data));
  const images = await FolderImages.open({ root: join(data, 'images'), tokens });
  const stores = openStores(table, clock, {
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    thresholds: defaultThresholds,
  });
  await placeSite(stores, org);

  const engine = await EmbeddedEngine.start({
    table,
    cacheDir: join(data, 'models'),
    ...(options.workers === undefined ? {} : { workers: options.workers }),
    log,
    clock,
  });
  parts.defer(() => engine.stop());

  const oidc = createOidc({ origins, table, users: stores.users, keys: await loadOidcKeys(data), clock, log });
  const liveFeed = new BrokerLiveFeed({ prefix: defaultPrefix, identity: oidc.identity, clock, log });
  await liveFeed.start();
  parts.defer(() => liveFeed.stop());
  liveFeed.attach(listener.server);

  const ca = await CertificateAuthority.open(join(data, 'ca'), clock);
  const broker = new SiteBroker({
    org,
    prefix: defaultPrefix,
    template,
    host,
    port: options.mqttPort,
    ca,
    devices: stores.devices,
    certificates: stores.certificates,
    shadows: new ShadowStore(table),
    jobs: stores.jobs,
    liveFeed,
    clock,
    log,
  });

  const recognition = createRecognition({
    table,
    people: stores.people,
    organizations: stores.organizations,
    images,
    engine,
    liveFeed,
    acks: broker,
    doorNames: stores.doorNames,
    doorOf: stores.doorOf,
    organizationIds: () => Promise.resolve([org]),
    workers: engine.workers,
    clock,
    log,
  });
  await recognition.start();
  parts.defer(() => recognition.stop());

  const deps = {
    ...stores,
    ...recognition.ports,
    idempotency: stores.idempotency,
    identity: oidc.identity,
    links: broker,
    deviceJobs: broker.jobs,
    shadows: broker.shadows,
    deviceCertificates: broker.deviceCertificates,
    claims: siteClaims({ ca, template, prefix: defaultPrefix, host, port: () => broker.port }),
    liveAddress: liveFeed.address,
    cropFace: cropFaceWithSharp,
    normalizePicture,
    newId: monotonicFactory(),
    publicUrl: url,
    parts: {
      records: () => stores.organizations.get(org),
      faces: () => engine.check(),
      disk: () => checkFreeSpace(data),
    },
    clock,
    log,
  };
  const uploads = uploadRoutes({
    images,
    openToken: (token) => tokens.open(token),
    onUploaded: recognition.onUploaded,
  });
  const api = createApp(deps, [uploads]);
  const useCases = bindUseCases(deps);
  await resumeForgetting(useCases, org);
  await sweepUnfinishedPhotos(useCases, org, { atStart: true });
  const reindexing = { engine, images, reindexing: new ReindexStore(table), clock, log };
  // A new release may bring another model: at once, while all else begins.
  const reindexed = reindexPhotos(reindexing, org);
  const timers = startTimers(
    {
      ...recognition.timers,
      'reindex-photos': async () => {
        await reindexed;
        await keepPhotosIndexed(reindexing, org);
      },
      'follow-devices': async () => {
        await followDecommissions(useCases, org);
        await renewCertificates(useCases, org);
        await withdrawClaims(useCases, org);
      },
      'sweep-leftovers': async () => {
        await sweepUnfinishedPhotos(useCases, org, { atStart: false });
        await table.purgeExpired();
      },
    },
    log,
  );
  parts.defer(() => timers.stop());

  const mqttPort = await broker.start({
    ...recognition.rules,
    'accept-report': (message) => acceptReport({ ...stores, images, acks: broker, liveFeed, log }, message),
    'record-heartbeat': (message) => recordHeartbeat({ ...stores, images, liveFeed, log }, message),
  });
  parts.defer(() => broker.stop());
  const owner = await admitOwner(stores, { org, dataDir: data, url, clock });
  listener.serve({ api, dashboard: dashboardFiles(dashboardRoot, url), oidc });
  if (owner?.isDraft) await publishCredentials(data);

  const cameras = [...options.camera];
  if (options.demo) {
    const demo = await prepareDemo({ dataDir: data, log });
    cameras.push(`video:${demo.clip}?loop=1`);
    if (owner) await enrollDemo({ url, apiKey: owner.credentials.apiKey, people: demo.people });
  }
  const claim = await openClaim({ ca, certificates: stores.certificates, clock }, org, join(data, 'ca'));
  const agents = new CameraAgents(log, agentOutput);
  parts.defer(() => agents.stop());
  const placed = await placeCameras(stores, cameras, {
    org,
    dataDir: data,
    claim,
    template,
    mqtt: {
      host: brokerHosts(host).includes(host) && host !== '0.0.0.0' && host !== '::' ? host : '127.0.0.1',
      port: mqttPort,
      caFile: ca.certificateFile,
    },
  });
  await agents.start(placed);
  return { url, mqttPort };
}

function isDiskError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}
