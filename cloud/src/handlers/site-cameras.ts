import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentConfig } from '@rollcall/contract/agent-config';
import { DeviceId, DoorId, type OrganizationId, SiteId } from '@rollcall/contract/ids';
import type { z } from 'zod';
import type { ClaimFiles } from '../adapters/local/claim-certificate.ts';
import { allowDevice } from '../domain/allow-device.ts';
import type { CameraAgent } from './camera-agents.ts';
import type { SiteStores } from './site-stores.ts';

const siteId = SiteId.parse('main');

export interface PlaceCamerasOptions {
  readonly org: OrganizationId;
  readonly dataDir: string;
  readonly claim: ClaimFiles;
  readonly template: string;
  readonly mqtt: z.input<typeof AgentConfig>['mqtt'];
}

/** The site and its first door, if they are not there: a kiosk needs a door even where there is no camera. */
export async function placeSite({ places, organizations }: SiteStores, org: OrganizationId): Promise<void> {
  if (!(await places.getSite(org, siteId))) {
    const { timeZone } = await organizations.get(org);
    await places.createSite(org, { id: siteId, name: 'Main site', timeZone });
  }
  await placeDoor(places, org, 1);
}

/**
 * A door and an allowed device for each camera, in order: `door-1` and `camera-1`, … A device that has its certificate keeps it; one
 * whose folder was lost is allowed to come for a new one.
 */
export async function placeCameras(
  stores: SiteStores,
  cameras: readonly string[],
  options: PlaceCamerasOptions,
): Promise<CameraAgent[]> {
  const agents: CameraAgent[] = [];
  for (const [index, camera] of cameras.entries()) {
    const doorId = await placeDoor(stores.places, options.org, index + 1);
    const id = DeviceId.parse(`camera-${index + 1}`);
    const folder = join(options.dataDir, 'agents', id);
    await admit(stores, options.org, id, doorId, existsSync(join(folder, 'device.json')));
    agents.push({ folder, config: configOf(camera, id, options) });
  }
  return agents;
}

async function placeDoor(places: SiteStores['places'], org: OrganizationId, number: number): Promise<DoorId> {
  const id = DoorId.parse(`door-${number}`);
  if (!(await places.getDoor(org, id))) {
    await places.createDoor(org, { id, siteId, name: `Door ${number}`, direction: 'both' });
  }
  return id;
}

async function admit(
  { devices, places }: SiteStores,
  org: OrganizationId,
  id: DeviceId,
  doorId: DoorId,
  hasCertificate: boolean,
): Promise<void> {
  const device = await devices.get(org, id);
  if (!device) await allowDevice({ devices, places }, org, { id, doorId });
  else if (device.state === 'active' && !hasCertificate) {
    // Its key went with its folder: the old certificate is of no use to anybody.
    await devices.change(org, id, (stored) => ({ ...stored, state: 'allowed', certificate: null }));
  }
}

function configOf(camera: string, serial: DeviceId, options: PlaceCamerasOptions): CameraAgent['config'] {
  const { org, claim, template, mqtt } = options;
  const provisioning = {
    serial,
    template,
    claimCertFile: claim.certificateFile,
    claimKeyFile: claim.keyFile,
    // The cameras of this machine share it.
    keepClaim: true,
  };
  // The agent's clock is this machine's, against which its captures are held anyway.
  return { org, camera, mqtt, provisioning, clock: 'trusted' };
}
